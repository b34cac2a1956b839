import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { succeeded } from '../test/support/operator/index.ts'
import { type CommandOptions, type CommandResult, run } from '../test/support/process/command.ts'
import type { Screen } from './screen.ts'
import type { Stage } from './stage.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const EXAMPLE = 'examples/ansible-operator.yaml'
const NAME = 'my-mcrouter'

/** The main job, scene by scene, with the commands a user would type. Rejects when one does not go as it should. */
export async function play(stage: Stage, screen: Screen): Promise<void> {
  const show = shower(stage, screen)

  screen.heading('The operator is installed')
  screen.remark(stage.description)
  screen.command(stage.installation)
  await show('get crd mcrouters.mcrouter.example.com')

  screen.heading('The CR of the old Ansible operator, unchanged, becomes a cache')
  await show(`apply -f ${EXAMPLE}`)
  await show(`wait mcrouter/${NAME} --for=condition=Available --timeout=120s`)
  await show('get mcrouters')
  await show(
    'get statefulsets,deployments,services,configmaps,poddisruptionbudgets -l app.kubernetes.io/part-of=mcrouter',
  )

  screen.heading('A mistake is refused where it is made, with what was probably meant')
  const mistake = (await readFile(`${ROOT}/${EXAMPLE}`, 'utf8'))
    .replace('pool_setup: replicated', 'pool_setup: shraded')
    .replace('mcrouter_port: 5000', 'mcrouter_port: 80')
  await show('apply -f -', {
    input: mistake,
    fails: true,
    before: `sed 's/: replicated/: shraded/; s/: 5000/: 80/' ${EXAMPLE} | `,
  })

  screen.heading('What a CR would become, without applying it')
  await curl(stage, screen, '/render?show=config', 12)
  await curl(stage, screen, '/render', 16)

  screen.heading('The pool grows')
  await show(`scale mcrouter/${NAME} --replicas=4`)
  await show(`wait mcrouter/${NAME} --for=jsonpath={.status.readyServers}=4 --timeout=120s`)
  await show(`wait mcrouter/${NAME} --for=condition=Available --timeout=120s`)
  await show('get mcrouters -o wide')

  screen.heading('How it is doing')
  await show(`get mcrouter/${NAME} -o custom-columns=CONDITION:.status.conditions[*].type`, { quiet: true })
  const conditions =
    '{range .status.conditions[*]}{.type}{"\\t"}{.status}{"\\t"}{.reason}{"\\t"}{.message}{"\\n"}{end}'
  await show(`get mcrouter/${NAME} -o jsonpath=${conditions}`)
  await show(`get events --field-selector involvedObject.name=${NAME}`)
}

interface ShowOptions extends CommandOptions {
  /** It has to fail, and its complaint is what is shown. */
  readonly fails?: boolean
  /** Shown before `kubectl`: where its input comes from. */
  readonly before?: string
  readonly quiet?: boolean
}

function shower(stage: Stage, screen: Screen) {
  return async (line: string, options: ShowOptions = {}): Promise<void> => {
    const { fails = false, before = '', quiet = false, ...commandOptions } = options
    if (!quiet) screen.command(`${before}kubectl ${line}`)
    const result = await stage.kubectl(line.split(' '), { cwd: ROOT, ...commandOptions })
    const text = verdict(result, fails, `kubectl ${line}`)
    if (!quiet) screen.answer(text)
  }
}

/** Both outputs: kubectl writes warnings to the second. */
function verdict(result: CommandResult, fails: boolean, what: string): string {
  if (!fails) return `${result.stderr}${succeeded(result, what)}`
  if (result.code === 0) throw new Error(`${what} was accepted:\n${result.stdout}`)
  return result.stderr
}

async function curl(stage: Stage, screen: Screen, path: string, rows: number): Promise<void> {
  const args = ['-sSk', '--fail-with-body', '--data-binary', `@${EXAMPLE}`, `${stage.renderUrl}${path}`]
  screen.command(`curl ${args.join(' ').replace('-sSk --fail-with-body', '-sk')}`)
  const lines = succeeded(await run('curl', args, { cwd: ROOT }), 'curl')
    .trimEnd()
    .split('\n')
  screen.answer(lines.slice(0, rows).join('\n'))
  if (lines.length > rows) screen.remark(`… and ${lines.length - rows} more lines`)
}
