import { spawnSync } from 'node:child_process'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from '../../testing/operator/launch.ts'

/** Every test that generates its cases, with so many times as many of them as `npm test` has. */
const RUNS = process.env.FUZZ_RUNS ?? '20'
const SEED = process.env.FUZZ_SEED ?? `${Date.now() % 2 ** 31}`

const named = process.argv.slice(2)
const generating = globSync('test/**/*.test.ts', { cwd: ROOT, exclude: ['test/e2e/**'] }).filter((file) =>
  readFileSync(join(ROOT, file), 'utf8').includes("testing/effort.ts'"),
)
const files = named.length > 0 ? named : generating.toSorted()

process.stdout.write(`FUZZ_SEED=${SEED} FUZZ_RUNS=${RUNS} npm run fuzz\n`)
// No file is given up for taking long.
const { status } = spawnSync('npx', ['tap', 'run', '--jobs=1', '--timeout=0', '--reporter=base', ...files], {
  cwd: ROOT,
  stdio: 'inherit',
  env: { ...process.env, FUZZ_SEED: SEED, FUZZ_RUNS: RUNS },
})
process.stdout.write(`FUZZ_SEED=${SEED} FUZZ_RUNS=${RUNS} npm run fuzz\n`)
process.exitCode = status ?? 1
