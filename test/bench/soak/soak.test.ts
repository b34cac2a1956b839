import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { parseSoak } from '../../../bench/support/soak.ts'
import { ROOT } from '../../../testing/operator/launch.ts'
import { run } from '../../../testing/process/command.ts'

// Lateness depends on the machine, so that its bound is wide; what is lost, wrong or refused does not.
const FLAGS = ['--minutes=0.4', '--mcrouters=10', '--rate=3', '--bound=100']

t.setTimeout(600_000)

t.test('half a minute of churn, a server killed, a leader restarted: nothing is lost or wrong', async (t) => {
  const out = join(t.testdir(), 'soak.json')
  const main = join(ROOT, 'bench', 'soak', 'main.ts')
  const { code, stdout, stderr } = await run(process.execPath, [main, ...FLAGS, `--out=${out}`], {
    cwd: ROOT,
  })
  t.equal(code, 0, code === 0 ? 'the exit code' : `${stderr}\n${stdout}`)
  const { markdown } = parseSoak(await readFile(out, 'utf8'))
  t.match(markdown, 'Restarted on purpose: server, SIGKILL; leader, SIGTERM.')
  t.match(markdown, '| lost: objects missing, or left over from a deleted Mcrouter | 0 | 3 checkpoints |')
  t.match(markdown, /\| serving certificates used \| ([2-9]|\d\d) \|/)
  t.match(markdown, /\| change \| done \| (yes|no) \| \d+ \|/)
})
