import { existsSync } from 'node:fs'
import t from 'tap'
import { eventually } from '../../../testing/deadline.ts'
import { Children } from '../../../testing/process/children.ts'
import { run } from '../../../testing/process/command.ts'

const FOREVER = { file: 'sh', args: ['-c', 'echo started; sleep 1000 & wait'] }

t.test('what is started ends with the rest, children of its own included', async (t) => {
  const children = new Children('children')
  const one = children.start('one', FOREVER)
  const other = children.start('other', FOREVER)
  await eventually('both run', async () => (await one.log()) + (await other.log()) === 'started\nstarted\n')
  await one.stop('SIGKILL')
  t.same([one.running, other.running], [false, true], 'one can be stopped by itself')
  await children.end()
  t.match(await other.exited, { signal: 'SIGKILL' })
  for (const { pid } of [one, other]) {
    t.equal((await run('pgrep', ['-g', String(pid), 'sleep'])).stdout, '', 'nobody of its group is left')
  }
  t.notOk(existsSync(children.directory))
})

t.test('a process that does not end when asked is killed after its grace', async (t) => {
  const children = new Children('children')
  t.teardown(() => children.end())
  const stubborn = children.start('stubborn', {
    file: 'sh',
    args: ['-c', 'trap "" TERM; echo started; while :; do sleep 0.1; done'],
  })
  await eventually('it runs', async () => (await stubborn.log()) !== '')
  t.same(await stubborn.stop('SIGTERM', 100), { signal: 'SIGKILL' })
})

t.test('a program that is not there is told, not thrown', async (t) => {
  const children = new Children('children')
  t.teardown(() => children.end())
  const { error } = await children.start('absent', { file: '/no/such/program', args: [] }).exited
  t.match(error, { code: 'ENOENT' })
})

t.test('the guard is not ended together with the others', async (t) => {
  const children = new Children('children')
  const child = children.start('child', FOREVER)
  await eventually('it runs', async () => (await child.log()) !== '')
  const { stdout } = await run('pgrep', ['-f', `guard.sh ${children.directory}`])
  process.kill(Number(stdout), 'SIGTERM')
  await children.end()
  t.match(await child.exited, { signal: 'SIGKILL' })
  t.notOk(existsSync(children.directory), 'it has done its work all the same')
})
