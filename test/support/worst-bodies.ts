import fc from 'fast-check'
import { REQUEST_LIMITS } from '../../render/parse-objects.ts'
import { REVIEW_LIMIT } from '../../server/routes/review-route.ts'
import { growth, hostileBody } from './arbitrary/hostile-body.ts'
import { EXPLAIN, type HostileBody, textOf } from './hostile-body.ts'
import type { Cost, MeasuredServer } from './measured-server/index.ts'

/** No body may cost more, on a machine that does nothing else. */
export const CPU_MS = 150
export const MEBIBYTES = 64

const LIMITS: Readonly<Record<string, number>> = {
  '/mutate': REVIEW_LIMIT,
  '/validate': REVIEW_LIMIT,
  '/render': REQUEST_LIMITS.bytes,
  [EXPLAIN]: REQUEST_LIMITS.bytes,
}
/** Bodies that are grown. */
const PARENTS = 10
/** How many are kept of those that cost most in all, and again of those that cost most for their size. */
const KEPT = 5
/** Bytes: what a smaller body costs is the cost of any request. */
const SMALLEST = 2048

export interface Measured extends Cost, HostileBody {
  readonly bytes: number
}

/** The least that it takes: a body that costs too much is sent again, because what else runs here takes caches. */
export async function measured(
  server: MeasuredServer,
  { path, parts }: HostileBody,
  isTooMuch: (cost: Cost) => boolean = () => false,
  times = 10,
): Promise<Measured> {
  const text = textOf({ path, parts }, LIMITS[path] ?? 0)
  let least = await server.costOf(path, text)
  for (let time = 1; time < times && isTooMuch(least); time += 1) {
    const { status, cpuMs, mebibytes } = await server.costOf(path, text)
    least = { status, cpuMs: Math.min(cpuMs, least.cpuMs), mebibytes: Math.min(mebibytes, least.mebibytes) }
  }
  return { path, parts, bytes: Buffer.byteLength(text), ...least }
}

/** Beside 1, how much of what a body may cost it does. */
export function badness({ cpuMs, mebibytes }: Cost): number {
  return Math.max(cpuMs / CPU_MS, mebibytes / MEBIBYTES)
}

/** Makes bodies anew and grows them from the worst so far, and measures each. */
export async function* search(
  measure: (body: HostileBody) => Promise<Measured>,
  { numRuns, seed }: { readonly numRuns: number; readonly seed: number },
): AsyncGenerator<Measured> {
  const worst: Measured[] = []
  const fresh = fc.sample(hostileBody(), { numRuns, seed })
  const grown = fc.sample(growth(), { numRuns, seed })
  for (const [index, body] of fresh.entries()) {
    const parent = index % 2 === 0 ? undefined : worst[(index >> 1) % PARENTS]
    const result = await measure(parent === undefined ? body : (grown[index]?.(parent) ?? body))
    yield result
    worst.push(result)
    worst.sort((one, other) => badness(other) - badness(one)).splice(PARENTS)
  }
}

/** Those that cost most, no two of a shape: half of them in all, half for each byte. */
export function worstOf(all: readonly Measured[]): Measured[] {
  const inAll = firstOfShape(all.toSorted((one, other) => badness(other) - badness(one))).slice(0, KEPT)
  const shapes = new Set(inAll.map(shapeOf))
  const perByte = all
    .filter((one) => one.bytes >= SMALLEST && !shapes.has(shapeOf(one)))
    .toSorted((one, other) => badness(other) / other.bytes - badness(one) / one.bytes)
  return [...inAll, ...firstOfShape(perByte).slice(0, KEPT)]
}

function firstOfShape(sorted: readonly Measured[]): Measured[] {
  const byShape = new Map<string, Measured>()
  for (const one of sorted) if (!byShape.has(shapeOf(one))) byShape.set(shapeOf(one), one)
  return [...byShape.values()]
}

/** What most of a body is. */
function shapeOf({ path, parts }: HostileBody): string {
  const [largest] = parts.toSorted((one, other) => other.times - one.times)
  return `${path} ${largest?.place} ${largest?.filling}`
}
