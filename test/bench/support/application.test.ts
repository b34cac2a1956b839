import { join } from 'node:path'
import t from 'tap'
import { buildApplication } from '../../../bench/support/application.ts'
import packageJson from '../../../package.json' with { type: 'json' }
import { run } from '../../../testing/process/command.ts'

t.test('what is measured starts as the image does', async (t) => {
  const directory = t.testdir()
  const { command } = await buildApplication(directory)
  const { file, args, env } = command(['--version'])
  t.same(args, ['--max-semi-space-size=4', join(directory, 'dist', 'mcrouter-operator.js'), '--version'])
  t.match(env, { NODE_ENV: 'production', MALLOC_ARENA_MAX: '1' })
  t.match(await run(file, args ?? [], { env: env ?? {} }), { code: 0, stdout: `${packageJson.version}\n` })
})
