import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { reference } from '../../schemas/generate/reference.ts'
import { CONDITIONS, type ConditionKind, textOf } from '../../schemas/status/conditions.ts'
import { McrouterSpec } from '../../schemas/v1alpha3/spec.ts'
import { V1ALPHA3 } from '../../schemas/v1alpha3/version.ts'
import { STORED } from '../../schemas/versions.ts'

const GENERATE = fileURLToPath(new URL('../../schemas/generate/main.ts', import.meta.url))

t.test('what is committed is what the schemas say', async (t) => {
  const { code, stderr } = await new Promise<{ code: number; stderr: string }>((resolve) => {
    execFile(process.execPath, [GENERATE, '--check'], (error, _, stderr) => {
      resolve({ code: error === null ? 0 : 1, stderr })
    })
  })
  t.equal(code, 0, stderr)
})

t.test('the reference has every field, condition and reason', async (t) => {
  const text = reference(V1ALPHA3)
  for (const field of Object.keys(McrouterSpec.properties)) t.match(text, `| \`${field}\` |`)
  for (const [type, { reasons }] of Object.entries(CONDITIONS)) {
    t.match(text, `### ${type}\n`)
    for (const reason of Object.keys(reasons)) t.match(text, `| \`${reason}\` |`)
  }
})

/** Conditions that are True when something is wrong. */
const ABNORMAL: ReadonlySet<string> = new Set(['Degraded', 'Stalled'])
/** Conditions that are neither good nor bad. */
const PASSING: ReadonlySet<string> = new Set(['Progressing', 'Reconciling'])

t.test('reasons are what Kubernetes allows, and one that is bad news says what to do', async (t) => {
  const { fieldPath } = STORED
  const kinds: Readonly<Record<string, ConditionKind>> = CONDITIONS
  for (const [type, { reasons }] of Object.entries(kinds)) {
    for (const [reason, { status, meaning, action }] of Object.entries(reasons)) {
      // k8s.io/apimachinery pkg/apis/meta/v1/types.go: Condition.Reason
      t.match(reason, /^[A-Z][A-Za-z]{0,62}$/)
      t.match(textOf(meaning, fieldPath), /\.$/)
      const isBad = ABNORMAL.has(type) ? status === 'True' : status === 'False' && !PASSING.has(type)
      if (isBad) t.match(textOf(action, fieldPath), /\S/, `${type} ${reason}`)
    }
  }
})
