import { spawnSync } from 'node:child_process'
import { parseArgs } from 'node:util'
import { ROOT } from '../../../testing/operator/launch.ts'

// npm run adversary: ten minutes beside one tenant; with --beside COMMAND, for as long as the tests take that it runs.

const SEED = process.env.FUZZ_SEED ?? `${Date.now() % 2 ** 31}`
const { beside } = parseArgs({ options: { beside: { type: 'string' } } }).values
const ALONE = 'tap run --jobs=1 --timeout=1800 --reporter=tap test/chaos/adversary.test.ts'

const variables =
  beside === undefined
    ? { ADVERSARY_SECONDS: process.env.ADVERSARY_SECONDS ?? '600' }
    : { ADVERSARY_BESIDE: 'true' }
process.stdout.write(`FUZZ_SEED=${SEED}\n`)
const { status } = spawnSync('sh', ['-c', beside ?? ALONE], {
  cwd: ROOT,
  stdio: 'inherit',
  env: { ...process.env, ...variables, FUZZ_SEED: SEED },
})
process.exitCode = status ?? 1
