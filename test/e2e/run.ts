import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { environment } from './support/environment.ts'
import { inventory } from './support/inventory.ts'
import { shell } from './support/shell.ts'

// npm run test:e2e [-- FILE...]: the whole suite, or some of it, on the cluster that KUBECONFIG names.

const ALL = 'test/e2e/*.test.ts'
/** Seconds that a file may take. */
const TIMEOUT = 900

await shell(environment.loadImage ?? 'true', { E2E_IMAGE: environment.image })
const before = await inventory()
const directory = await mkdtemp(join(tmpdir(), 'mcrouter-e2e-'))
const figures = join(directory, 'figures')
await writeFile(figures, '')
const code = await runTests(process.argv.slice(2))
const after = await inventory()
console.log(`\nFigures:\n${(await readFile(figures, 'utf8')).replace(/^(?=.)/gm, '  ')}`)
await rm(directory, { recursive: true })

const left = after.filter((object) => !before.includes(object))
const gone = before.filter((object) => !after.includes(object))
for (const object of left) console.error(`Left behind by the suite: ${object}`)
for (const object of gone) console.error(`Gone through the suite: ${object}`)
process.exitCode = code || (left.length + gone.length > 0 ? 1 : 0)

async function runTests(files: readonly string[]): Promise<number> {
  const args = ['run', '--jobs=1', `--timeout=${TIMEOUT}`, ...(files.length > 0 ? files : [ALL])]
  const [exit] = await once(
    spawn('tap', args, { stdio: 'inherit', env: { ...process.env, E2E_FIGURES: figures } }),
    'exit',
  )
  return typeof exit === 'number' ? exit : 1
}
