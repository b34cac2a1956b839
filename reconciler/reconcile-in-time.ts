import type { Clock } from '../process/clock.ts'
import { Deadline } from './kube/connection/deadline.ts'
import { parseKey } from './kube/object.ts'
import { MOST_PARTS, partsOf } from './observe/caches.ts'
import type { Outcome } from './outcome.ts'
import { Pace, type PaceLimits } from './queue/pace.ts'
import { type ReconcileDeps, reconcile } from './reconcile.ts'
import type { EventReason } from './reconciler-event.ts'

/** A pass is a second as a rule. One that waits for an API server, routers and DNS that do not answer gives its worker back. */
const PASS_MS = 60_000

/**
 * Of objects, for the Mcrouters of one namespace: some 25 µs each of the one thread that all namespaces share. A thousand
 * Mcrouters that are changed at once need a quarter of it.
 */
const LOOKS: PaceLimits = { perSecond: 10_000, burst: 10_000 }

export interface TimedDeps extends ReconcileDeps {
  /** How many objects are looked at, by namespace. */
  readonly looks: Pace
}

export function looksOf(clock: Clock): Pace {
  return new Pace(LOOKS, clock)
}

/** One pass, unless its namespace has had its share; cut short when it takes too long or the signal fires. */
export async function reconcileInTime(key: string, deps: TimedDeps, signal: AbortSignal): Promise<Outcome> {
  const { namespace = '' } = parseKey(key)
  const waitMs = deps.looks.waitMs(namespace)
  if (waitMs > 0) return { kind: 'requeue', afterMs: waitMs, untried: true }
  const parts = partsOf(deps.caches, key)
  // Of more than that none is looked at.
  if (parts <= MOST_PARTS) deps.looks.took(namespace, parts)
  const limit = new Deadline(deps.clock, PASS_MS, signal)
  try {
    const outcome = await reconcile(key, deps, limit.signal)
    if (outcome.kind !== 'retry') return outcome
    if (!limit.expired) return outcome
    const error = tooLong(outcome.error)
    recordEvent(
      key,
      deps,
      'ReconcileTimeout',
      `A pass over this Mcrouter was given up and will be made again: ${error.message}. Look whether the API server, DNS and the pods answer`,
    )
    return { ...outcome, error, timedOut: true }
  } finally {
    limit.clear()
  }
}

/** Not in status: a pass that could write that would have come to its end. */
function recordEvent(
  key: string,
  { caches, recordEvent }: ReconcileDeps,
  reason: EventReason,
  note: string,
): void {
  const mcrouter = caches.mcrouters.get(parseKey(key))
  if (mcrouter !== undefined) recordEvent(mcrouter, { type: 'Warning', reason, note })
}

function tooLong(cause: Error): Error {
  return new Error(`not finished within ${PASS_MS / 1000} s: ${cause.message}`, { cause })
}
