import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Benchmark } from './support/benchmark.ts'
import { document } from './support/document.ts'
import { machine } from './support/machine.ts'
import { merged, parseResults, type Result, resultOf } from './support/result.ts'
import { startRun } from './support/run.ts'
import { parseSoak } from './support/soak.ts'
import { tableOf } from './support/table.ts'

const USAGE = `Usage: npm run bench [-- [--quick] NAME…]

Measures what is in bench/, all of it or the named, and writes bench/results.json and docs/benchmarks.md.
  --quick     only show that the benchmarks run; nothing is written
  --document  measure nothing, write docs/benchmarks.md from the results that are there
Names: `

/** In an order in which none disturbs the next: what is sensitive to a busy machine comes first. */
const BENCHMARKS: Readonly<Record<string, () => Promise<{ readonly benchmark: Benchmark }>>> = {
  rendering: () => import('./rendering.ts'),
  conversion: () => import('./conversion.ts'),
  'converted-list': () => import('./converted-list.ts'),
  'webhook-cpu': () => import('./webhook-cpu.ts'),
  'webhook-saturated': () => import('./webhook-saturated.ts'),
  'webhook-parts': () => import('./webhook-parts.ts'),
  'admission-latency': () => import('./admission-latency.ts'),
  start: () => import('./start.ts'),
  convergence: () => import('./convergence.ts'),
  'api-requests': () => import('./api-requests.ts'),
  restart: () => import('./restart.ts'),
  'reconciler-memory': () => import('./reconciler-memory.ts'),
  exporter: () => import('./exporter.ts'),
  copier: () => import('./copier.ts'),
  size: () => import('./size.ts'),
}

const RESULTS = new URL('results.json', import.meta.url)
const SOAK = new URL('soak.json', import.meta.url)
const DOCUMENT = new URL('../docs/benchmarks.md', import.meta.url)

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { help: { type: 'boolean' }, quick: { type: 'boolean' }, document: { type: 'boolean' } },
  })
  const unknown = positionals.filter((name) => !Object.hasOwn(BENCHMARKS, name))
  if (values.help || unknown.length > 0) {
    process.stdout.write(`${USAGE}${Object.keys(BENCHMARKS).join(', ')}\n`)
    return unknown.length > 0 ? 2 : 0
  }
  if (values.document) await writeDocument()
  else await measure(positionals.length > 0 ? positionals : Object.keys(BENCHMARKS), values.quick === true)
  return 0
}

/** One after the other; each is shown and kept as soon as it is known. */
async function measure(names: readonly string[], quick: boolean): Promise<void> {
  const run = startRun(quick, (line) => process.stderr.write(`    ${line}\n`))
  try {
    for (const name of names) {
      const load = BENCHMARKS[name]
      if (load === undefined) continue
      process.stderr.write(`${name}\n`)
      const { benchmark } = await load()
      const missing = missingOf(benchmark.needs ?? [])
      if (missing.length > 0) {
        process.stderr.write(`${name} is left out: it needs ${missing.join(' and ')} on PATH\n`)
        continue
      }
      const result = resultOf(name, await benchmark.run(run), machine())
      process.stdout.write(`\n## ${benchmark.title}\n\n${tableOf(result.figures)}\n`)
      if (!quick) await keep(result)
    }
  } finally {
    await run.end()
  }
}

function missingOf(programs: readonly string[]): string[] {
  const directories = (process.env.PATH ?? '').split(delimiter)
  return programs.filter((program) => !directories.some((directory) => existsSync(join(directory, program))))
}

async function keep(result: Result): Promise<void> {
  const known = parseResults((await readIfAny(RESULTS)) ?? '[]')
  const all = merged(known, [result], Object.keys(BENCHMARKS))
  await writeFile(RESULTS, `${JSON.stringify(all, null, 2)}\n`)
  await writeDocument()
}

async function writeDocument(): Promise<void> {
  const results = parseResults((await readIfAny(RESULTS)) ?? '[]')
  const texts = await Promise.all(Object.values(BENCHMARKS).map((load) => load()))
  const named = new Map(Object.keys(BENCHMARKS).map((name, index) => [name, texts[index]?.benchmark]))
  const soak = await readIfAny(SOAK)
  await writeFile(DOCUMENT, document(results, named, soak === undefined ? undefined : parseSoak(soak)))
}

async function readIfAny(file: URL): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

process.exitCode = await main()
