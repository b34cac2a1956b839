import type { Scale } from '../findings.ts'
import { LOOK_UP_AGAIN_MS } from './lookup.ts'
import type { Scaling } from './scaling.ts'
import type { Wait } from './steps.ts'

/** Routers that are behind are asked again after a tenth of the time that they have been behind so far, between these. */
const SOONEST_MS = 1_000
const LATEST_MS = 30_000

/** After how many milliseconds the routers are to be asked or a time is over; Infinity when nothing is waited for that sends no event. */
export function pollAfter(
  { next, published, unnamed }: Scaling,
  { confirmation, wait, digest }: Scale,
  now: number,
): number {
  const behindFor = now - (published?.at ?? now)
  const asked =
    confirmation !== undefined && confirmation.since === undefined && confirmation.states.length > 0
  const ask = asked ? Math.min(LATEST_MS, Math.max(SOONEST_MS, behindFor / 10)) : Number.POSITIVE_INFINITY
  // A configuration that this pass has published comes back as an echo, by which no pass is made.
  const over = remaining(next.wait) ?? (digest === published?.digest ? Number.POSITIVE_INFINITY : 0)
  if (unnamed) return Math.min(ask, LOOK_UP_AGAIN_MS)
  return wait === undefined ? ask : Math.min(ask, over)
}

/** Until the time is over that the next step waits for; undefined when it was over before the pass. */
function remaining(wait: Wait | undefined): number | undefined {
  if (wait === undefined || wait.for === 'servers') return Number.POSITIVE_INFINITY
  return wait.remainingMs > 0 ? wait.remainingMs : undefined
}
