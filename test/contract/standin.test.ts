import { fileURLToPath } from 'node:url'
import t from 'tap'
import { Children } from '../../testing/process/children.ts'
import { run } from '../../testing/process/command.ts'
import { builtStandin } from '../clients/stage.ts'

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url))

t.setTimeout(300_000)

t.test('the stand-in sends keys where mcrouter did, and refuses what it refused', async (t) => {
  const names = 'TestHashes|TestRoutes|TestValidity|TestConfigs'
  const { code, stdout, stderr } = await run('go', ['test', '-v', '-run', `^(${names})$`, '.'], {
    cwd: at('../standin'),
  })
  t.equal(code, 0, `${stdout}${stderr}`)
  t.strictSame(
    [...stdout.matchAll(/^--- PASS: (\w+)/gm)].map(([, name]) => name).sort(),
    names.split('|').sort(),
  )
})

t.test('the stand-in replies as mcrouter did, also while a server is dead', async (t) => {
  const children = new Children('standin')
  t.teardown(() => children.end())
  const router = await builtStandin(children.directory)
  const { code, stdout, stderr } = await run(process.execPath, [at('../../bench/replies.ts'), router])
  t.equal(code, 0, `${stdout}${stderr}`)
  t.equal([...stdout.matchAll(/^.+: (\d+) of \1 replies as expected$/gm)].length, 3, stdout)
})
