import type { EpochMs } from '../../process/clock.ts'
import type { ScaleReport } from '../reconcile-report.ts'
import { LOOK_UP_AGAIN_MS } from './lookup.ts'
import { waitsOf } from './pool-scaling.ts'
import type { Scaling } from './scaling.ts'
import type { Wait } from './steps.ts'

/** Routers that are behind are asked again after a tenth of the time that they have been behind so far, between these. */
const SOONEST_MS = 1_000
const LATEST_MS = 30_000
/** The latest where not one router can be reached: each ask keeps a worker until its time is over. */
const UNREACHABLE_MS = 300_000

/** After how many milliseconds the routers are to be asked or a time is over; Infinity when nothing is waited for that sends no event. */
export function pollAfter(
  { pools, filledAt, published }: Scaling,
  { confirmation, digest, current }: ScaleReport,
  now: EpochMs,
): number {
  // What this pass has written comes back as an echo, by which no pass is made.
  const republished = digest !== published?.digest
  const waits = pools.flatMap(waitsOf)
  const renewed =
    current && pools.some(({ pool }) => !(pool.serversCurrent && (pool.routingCurrent || digest === '')))
  if (waits.length > 0 && renewed) return 0
  const behindFor = now - (published?.at ?? now)
  const asked =
    confirmation !== undefined && confirmation.since === undefined && confirmation.states.length > 0
  const latest = confirmation?.states.every(({ runs }) => runs === 'unknown') ? UNREACHABLE_MS : LATEST_MS
  const ask = asked ? Math.min(latest, Math.max(SOONEST_MS, behindFor / 10)) : Number.POSITIVE_INFINITY
  const over = waits.map((wait) => remaining(wait) ?? (republished ? 0 : Number.POSITIVE_INFINITY))
  const soonest = Math.min(ask, filledAt === undefined ? Number.POSITIVE_INFINITY : filledAt - now)
  const named = pools.some(({ unnamed }) => unnamed) ? LOOK_UP_AGAIN_MS : Number.POSITIVE_INFINITY
  return Math.min(soonest, named, ...over)
}

/** Until the time is over that the next step waits for; undefined when it was over before the pass. */
function remaining(wait: Wait): number | undefined {
  if (wait.for === 'servers') return Number.POSITIVE_INFINITY
  return wait.remainingMs > 0 ? wait.remainingMs : undefined
}
