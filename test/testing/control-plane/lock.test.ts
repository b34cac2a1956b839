import { existsSync } from 'node:fs'
import { utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { locked } from '../../../testing/control-plane/lock.ts'
import { run } from '../../../testing/process/command.ts'

t.test('of several that want the lock one works at a time', async (t) => {
  const path = join(t.testdir(), 'build.lock')
  let working = 0
  let most = 0
  const work = async () => {
    most = Math.max(most, ++working)
    await new Promise(setImmediate)
    working--
  }
  await Promise.all([locked(path, work), locked(path, work), locked(path, work)])
  t.equal(most, 1)
  t.notOk(existsSync(path), 'it is free again')
})

t.test('work that fails frees the lock', async (t) => {
  const path = join(t.testdir(), 'build.lock')
  await t.rejects(
    locked(path, () => Promise.reject(new Error('failed'))),
    { message: 'failed' },
  )
  t.equal(await locked(path, async () => 'done'), 'done')
})

t.test('the lock of a process that died is taken over', async (t) => {
  const path = join(t.testdir(), 'build.lock')
  await writeFile(path, '')
  const minuteAgo = new Date(Date.now() - 60_000)
  await utimes(path, minuteAgo, minuteAgo)
  t.equal(await locked(path, async () => 'done'), 'done')
})

t.test('a process that leaves in the middle of it, as for Ctrl-C, keeps nobody waiting', async (t) => {
  const path = join(t.testdir(), 'lock')
  const module = new URL('../../../testing/control-plane/lock.ts', import.meta.url).href
  const script = `
    import { locked } from ${JSON.stringify(module)}
    await locked(${JSON.stringify(path)}, async () => process.exit(130))`
  const { code, stderr } = await run(process.execPath, ['--input-type=module', '--eval', script])
  t.equal(code, 130, stderr)
  t.notOk(existsSync(path))
})
