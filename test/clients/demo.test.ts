import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { run } from '../../testing/process/command.ts'
import { builtStandin } from './stage.ts'

const DEMO = fileURLToPath(new URL('../../demo/main.ts', import.meta.url))

t.test('with a mcrouter on PATH, the demo sets a value and reads it', async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'demo-'))
  t.teardown(() => rm(directory, { recursive: true }))
  await builtStandin(directory)
  const env = { ...process.env, PATH: `${directory}${delimiter}${process.env.PATH}` }
  const { code, stdout, stderr } = await run(process.execPath, [DEMO], { env })
  t.equal(code, 0, stderr)
  t.match(
    stdout,
    /\n {2}\$ printf 'set greeting 0 0 5\\r\\nhello\\r\\nget greeting\\r\\nquit\\r\\n' \| nc 127\.0\.0\.1 \d+\n {2}STORED\n {2}VALUE greeting 0 5\n {2}hello\n {2}END\n/,
  )
})
