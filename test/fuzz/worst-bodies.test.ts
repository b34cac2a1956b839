import { readFileSync } from 'node:fs'
import { availableParallelism, loadavg } from 'node:os'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import t, { type Test } from 'tap'
import { REQUEST_LIMITS } from '../../render/documents.ts'
import { REVIEW_LIMIT } from '../../server/routes/webhook.ts'
import { effort, SEED } from '../support/effort.ts'
import { type HostileBody, type Part, PLACE_NAMES, textOf } from '../support/hostile-body.ts'
import { FILLING_NAMES } from '../support/hostile-filling.ts'
import { type Cost, MeasuredServer } from '../support/measured-server/index.ts'

/** No body may cost more, on a machine that does nothing else. */
const CPU_MS = 150
/** Work takes up to so many times its CPU time while others use the same cores and caches. */
const CROWDED = 2
const MEBIBYTES = 64
/** A body that costs too much is sent again: what else runs here takes caches, and the compiler its time. */
const TIMES = 10
const LIMITS: Readonly<Record<string, number>> = {
  '/mutate': REVIEW_LIMIT,
  '/validate': REVIEW_LIMIT,
  '/render': REQUEST_LIMITS.bytes,
}
/** Bodies that are changed rather than made anew. */
const KEPT = 10

const KNOWN: readonly HostileBody[] = JSON.parse(
  readFileSync(fileURLToPath(new URL('../fixtures/worst-bodies.json', import.meta.url)), 'utf8'),
)

interface Measured extends Cost {
  readonly body: HostileBody
}

t.setTimeout(3_600_000)
t.comment(`FUZZ_SEED=${SEED}`)

const server = await MeasuredServer.start()
t.teardown(() => server.stop())
// The code is compiled for what is usual before the unusual comes.
for (let count = 0; count < 50; count += 1) await measured({ path: '/mutate', parts: [] })

t.test('the worst bodies that are known cost little', async (t) => {
  for (const body of KNOWN) bounded(t, await measured(body))
})

t.test('no body that grows from one of the worst costs more, nor one made anew', async (t) => {
  const worst: Measured[] = []
  const { numRuns, seed } = effort(40)
  const fresh = fc.sample(hostileBody(), { numRuns, seed })
  const grown = fc.sample(growth(), { numRuns, seed })
  for (const [index, body] of fresh.entries()) {
    const parent = index % 2 === 0 ? undefined : worst[(index >> 1) % KEPT]?.body
    const result = await measured(parent === undefined ? body : (grown[index]?.(parent) ?? body))
    bounded(t, result)
    worst.push(result)
    worst.sort((one, other) => badness(other) - badness(one)).splice(KEPT)
  }
  for (const one of worst) t.comment(`${JSON.stringify(one.body)}: ${inWords(one)}`)
})

function part(): fc.Arbitrary<Part> {
  return fc.record({
    place: fc.constantFrom(...PLACE_NAMES),
    filling: fc.constantFrom(...FILLING_NAMES),
    times: fc.oneof(fc.constantFrom(5_000, 9_000, 5_000_000), fc.integer({ min: 100, max: 1_000_000 })),
  })
}

function hostileBody(): fc.Arbitrary<HostileBody> {
  return fc.record({
    path: fc.constantFrom('/mutate', '/validate', '/render'),
    parts: fc.array(part(), { minLength: 1, maxLength: 3 }),
  })
}

/** One part more, or one of them of another size, place or filling. */
function growth(): fc.Arbitrary<(body: HostileBody) => HostileBody> {
  return fc
    .tuple(part(), fc.nat(), fc.constantFrom('part', 'times', 'place', 'filling'))
    .map(([next, choice, what]) => ({ path, parts }) => {
      if (what === 'part') return { path, parts: [...parts.slice(-3), next] }
      const at = choice % parts.length
      return { path, parts: parts.map((old, index) => (index === at ? { ...old, [what]: next[what] } : old)) }
    })
}

/** The least that it takes. */
async function measured(body: HostileBody): Promise<Measured> {
  const text = textOf(body, LIMITS[body.path] ?? 0)
  let least = await server.costOf(body.path, text)
  for (let times = 1; times < TIMES && badness(least) > 1; times += 1) {
    const { status, cpuMs, mebibytes } = await server.costOf(body.path, text)
    least = {
      status,
      cpuMs: Math.min(cpuMs, least.cpuMs),
      mebibytes: Math.min(mebibytes, least.mebibytes),
    }
  }
  return { ...least, body }
}

function badness({ cpuMs, mebibytes }: Cost): number {
  const [load = 0] = loadavg()
  const most = load > availableParallelism() ? CROWDED * CPU_MS : CPU_MS
  return Math.max(cpuMs / most, mebibytes / MEBIBYTES)
}

function bounded(t: Test, cost: Measured): void {
  t.ok(badness(cost) <= 1, `${JSON.stringify(cost.body)}: ${inWords(cost)}`)
  t.ok(cost.status < 500, `HTTP ${cost.status}`)
}

function inWords({ cpuMs, mebibytes, status }: Cost): string {
  return `${cpuMs.toFixed(1)} ms, ${mebibytes.toFixed(1)} MiB, HTTP ${status}`
}
