import { globSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { load } from 'js-yaml'
import t from 'tap'
import { render } from '../../render/index.ts'
import { isJsonObject, type JsonObject } from '../../schemas/json.ts'
import { judge } from '../../schemas/validation/judge.ts'
import { VERSIONS } from '../../schemas/versions.ts'

const EXAMPLES = fileURLToPath(new URL('../../examples/', import.meta.url))

/** Of a Mcrouter that somebody applies in a namespace. */
function judged(file: string) {
  const object: unknown = load(readFileSync(`${EXAMPLES}${file}`, 'utf8'))
  if (!isJsonObject(object) || !isJsonObject(object.metadata)) throw new Error(`${file} is no object`)
  const placed: JsonObject = { ...object, metadata: { namespace: 'default', ...object.metadata } }
  return judge(placed, { source: 'file', versions: VERSIONS })
}

/** What is of no other example. */
const KINDS: Readonly<Record<string, readonly string[]>> = {
  'tls-and-access': ['NetworkPolicy'],
  autoscaling: ['HorizontalPodAutoscaler'],
  'router-on-each-node': ['DaemonSet'],
  zones: ['Deployment', 'StatefulSet', 'PodDisruptionBudget'],
}

t.test('every example is accepted without a warning, and becomes what it is for', async (t) => {
  const files = globSync('*.yaml', { cwd: EXAMPLES })
  t.ok(files.length >= 6)
  for (const file of files) {
    const judgement = judged(file)
    t.ok(judgement.accepted, file)
    if (!judgement.accepted) continue
    t.strictSame(judgement.warnings, [], file)
    const { manifests } = render(judgement.mcrouter, { clusterDomain: 'cluster.local' })
    const kinds = new Set(manifests.map(({ kind }) => kind))
    for (const kind of KINDS[basename(file, '.yaml')] ?? ['Deployment'])
      t.ok(kinds.has(kind), `${file}: ${kind}`)
  }
})
