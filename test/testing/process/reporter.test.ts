import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { run } from '../../../testing/process/command.ts'

const RUN = fileURLToPath(new URL('../../run.ts', import.meta.url))

/** What tap does where it is told that nobody watches: a reporter that draws nothing again, and the cursor back at the end. */
const TAP = `#!/bin/sh
printf '%s %s %s\\n\\033[?25hlast\\n\\033[?25h\\n' "$TAP_REPORTER" "$CI" "$*"
exit 3
`

t.test('into a pipe the tests print plain lines, and end as tap does', async (t) => {
  const directory = t.testdir()
  writeFileSync(join(directory, 'tap'), TAP)
  chmodSync(join(directory, 'tap'), 0o755)
  const { TAP_REPORTER: _, ...rest } = process.env
  const env = { ...rest, PATH: `${directory}:${process.env.PATH}` }
  t.same(await run(process.execPath, [RUN, 'a.test.ts'], { env }), {
    code: 3,
    stdout: 'base true run a.test.ts\nlast\n',
    stderr: '',
  })
  const chosen = await run(process.execPath, [RUN], { env: { ...env, TAP_REPORTER: 'tap' } })
  t.match(chosen.stdout, /^tap true run\n/, 'with the reporter that somebody chose')
})
