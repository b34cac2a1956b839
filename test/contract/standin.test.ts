import { globSync } from 'node:fs'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { Children } from '../../testing/process/children.ts'
import { run } from '../../testing/process/command.ts'
import { COLUMNS, type Replies, vectors } from '../../testing/replies/table.ts'
import { builtStandin } from '../clients/stage.ts'

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url))

t.setTimeout(300_000)

/** Of what only a list of many answers says: where keys go, and which configurations are refused. */
const TESTS = ['TestHashes', 'TestRoutes', 'TestWarmResize', 'TestValidity', 'TestConfigs']

t.test('the stand-in is what mcrouter was in all that was recorded of it', async (t) => {
  const { code, stdout, stderr } = await run('go', ['test', '-v', '-count=1', '-parallel=8', '.'], {
    cwd: at('../standin'),
  })
  t.equal(code, 0, `${stdout}${stderr}`)
  // Go passes over what the machine lacks a program for, and says it has succeeded.
  const passed = new Set([...stdout.matchAll(/^ *--- PASS: (\S+)/gm)].map(([, name = '']) => basename(name)))
  const transcripts = globSync('*.txt', { cwd: at('../standin/testdata') })
  t.ok(transcripts.length > 10)
  for (const name of [...TESTS, ...transcripts]) t.ok(passed.has(name), name)
})

t.test('the stand-in replies as mcrouter did, also while a server is dead', async (t) => {
  const children = new Children('standin')
  t.teardown(() => children.end())
  const router = await builtStandin(children.directory)
  const { code, stdout, stderr } = await run(process.execPath, [at('../../bench/replies.ts'), router])
  t.equal(code, 0, `${stdout}${stderr}`)
  const compared = new Set(
    [...stdout.matchAll(/^(.+): ([1-9]\d*) of \2 replies as expected$/gm)].map(([, name]) => name),
  )
  const rendered = [...COLUMNS.values()].map((config) => `rendered for ${config}`)
  const all = vectors<Replies>('replies').map(({ config, dead }) => `${config}, ${dead}`)
  t.strictSame(compared, new Set([...rendered, ...all]))
})
