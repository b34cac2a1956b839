import { readFileSync } from 'node:fs'
import { availableParallelism, loadavg } from 'node:os'
import t, { type Test } from 'tap'
import { effort, SEED } from '../../testing/effort.ts'
import type { HostileBody } from '../support/hostile-body.ts'
import { type Cost, MeasuredServer } from '../support/measured-server/index.ts'
import { CPU_MS, MEBIBYTES, type Measured, measured, search, worstOf } from '../support/worst-bodies.ts'

/** Work takes up to so many times its CPU time while others use the same cores and caches. */
const CROWDED = 2

/** What `npm run worst-bodies` found. */
const WORST = bodiesIn('worst-bodies.json')
/** What cost too much once, and what was thought of. */
const KNOWN = bodiesIn('known-bodies.json')

function bodiesIn(file: string): readonly HostileBody[] {
  return JSON.parse(readFileSync(new URL(`../fixtures/${file}`, import.meta.url), 'utf8'))
}

t.setTimeout(3_600_000)
t.comment(`FUZZ_SEED=${SEED}`)

const server = await MeasuredServer.start()
t.teardown(() => server.stop())
// The code is compiled for what is usual before the unusual comes.
for (let count = 0; count < 50; count += 1) await measured(server, { path: '/mutate', parts: [] })

t.test('the ten worst bodies that were found cost little', async (t) => {
  t.equal(WORST.length, 10)
  for (const body of WORST) bounded(t, await measured(server, body, isTooMuch))
})

t.test('those that cost too much once cost little, and others that are known', async (t) => {
  for (const body of KNOWN) bounded(t, await measured(server, body, isTooMuch))
})

t.test('no body that grows from one of the worst costs more, nor one made anew', async (t) => {
  const seen: Measured[] = []
  for await (const one of search((body) => measured(server, body, isTooMuch), effort(40))) {
    bounded(t, one)
    seen.push(one)
  }
  for (const one of worstOf(seen)) t.comment(inWords(one))
})

function isTooMuch({ cpuMs, mebibytes }: Cost): boolean {
  const [load = 0] = loadavg()
  const most = load > availableParallelism() ? CROWDED * CPU_MS : CPU_MS
  return cpuMs > most || mebibytes > MEBIBYTES
}

function bounded(t: Test, cost: Measured): void {
  t.notOk(isTooMuch(cost), inWords(cost))
  t.ok(cost.status < 500, `HTTP ${cost.status}`)
}

function inWords({ path, parts, bytes, cpuMs, mebibytes, status }: Measured): string {
  const cost = `${cpuMs.toFixed(1)} ms, ${mebibytes.toFixed(1)} MiB, HTTP ${status}`
  return `${JSON.stringify({ path, parts })}: ${bytes} bytes, ${cost}`
}
