import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t, { type Test } from 'tap'
import packageJson from '../../package.json' with { type: 'json' }
import { eventually } from '../../testing/deadline.ts'
import { type CommandResult, run } from '../../testing/process/command.ts'

const LAUNCHER = fileURLToPath(new URL('../../bin/mcrouter-operator.js', import.meta.url))

/** A Node that cannot load TypeScript, such as the machine's own may be. */
const OLDER = (process.env.PATH ?? '')
  .split(delimiter)
  .map((directory) => join(directory, 'node'))
  .find((node) => existsSync(node) && !canStripTypes(node))
const NO_OLDER = OLDER === undefined && 'there is no older Node in PATH'

t.test('the launcher starts the command line and ends with its exit code', async (t) => {
  startsCommandLine(t, process.execPath)
})

t.test(
  'so it does under an older Node, which cannot run the sources itself',
  { skip: NO_OLDER },
  async (t) => {
    startsCommandLine(t, OLDER ?? '')
  },
)

t.test(
  'a signal to the launcher under an older Node ends what it started, and then itself',
  { skip: NO_OLDER },
  async (t) => {
    const launcher = spawn(OLDER ?? '', [LAUNCHER, 'render', '-f', '-'])
    t.teardown(() => launcher.kill('SIGKILL'))
    const inner = await eventually('it has started another process', () => childrenOf(launcher.pid ?? 0)[0])
    launcher.kill('SIGTERM')
    t.same(await once(launcher, 'exit'), [null, 'SIGTERM'])
    t.notOk(existsSync(`/proc/${inner}`))
  },
)

t.test('output that cannot be written is told, and ends with 1', async (t) => {
  for (const args of [
    ['render', '-f', '-'],
    ['server', '--help'],
  ]) {
    t.match(await launch(args, '>/dev/full'), {
      code: 1,
      stderr: 'Cannot write to standard output: ENOSPC: no space left on device, write\n',
    })
  }
})

t.test('who has read enough of the output is no failure', async (t) => {
  t.match(await launch(['render', '-f', '-'], '| head -1'), {
    code: 0,
    stdout: '# Mcrouter default/cache\n',
    stderr: '',
  })
})

t.test('where complaints cannot be written either, the exit code is what it would be', async (t) => {
  t.match(await launch(['render', '-f', '/no/such/file'], '2>/dev/full'), { code: 1, stdout: '' })
  t.match(await launch(['rendr'], '2>/dev/full'), { code: 2 })
  t.match(await launch(['render', '-f', '-'], '>/dev/full 2>&1'), { code: 1 })
})

/** In a shell, with the output redirected; its exit code is that of the launcher. */
function launch(args: readonly string[], redirected: string): Promise<CommandResult> {
  const input = 'apiVersion: mcrouter.example.com/v1alpha3\nkind: Mcrouter\nmetadata: {name: cache}\n'
  const script = `set -o pipefail; "$0" "$@" ${redirected}`
  return run('bash', ['-c', script, process.execPath, LAUNCHER, ...args], { input })
}

function startsCommandLine(t: Test, node: string): void {
  const launched = (args: string[], input = '') =>
    spawnSync(node, [LAUNCHER, ...args], { encoding: 'utf8', input })
  t.match(launched(['--version']), { status: 0, stdout: `${packageJson.version}\n`, stderr: '' })
  t.match(launched(['render', '-f', '-'], 'a: b: c'), {
    status: 1,
    stdout: '',
    stderr: /^standard input:1:5: /,
  })
  t.match(launched([]), { status: 2 })
}

function canStripTypes(node: string): boolean {
  const { stdout } = spawnSync(node, ['-p', 'Boolean(process.features.typescript)'], { encoding: 'utf8' })
  return stdout.trim() === 'true'
}

function childrenOf(pid: number): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim()
  return children === '' ? [] : children.split(' ').map(Number)
}
