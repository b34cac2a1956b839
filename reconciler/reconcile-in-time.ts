import { Deadline } from './kube/deadline.ts'
import type { Outcome } from './outcome.ts'
import { type ReconcileDeps, reconcile } from './reconcile.ts'

/** A pass is a second as a rule. One that waits for an API server, routers and DNS that do not answer gives its worker back. */
const PASS_MS = 60_000

/** One pass, which is cut short when it takes too long or the signal fires. */
export async function reconcileInTime(
  key: string,
  deps: ReconcileDeps,
  signal: AbortSignal,
): Promise<Outcome> {
  const limit = new Deadline(deps.clock, PASS_MS, signal)
  try {
    const outcome = await reconcile(key, deps, limit.signal)
    return limit.expired && outcome.kind === 'retry' ? { ...outcome, error: tooLong(outcome.error) } : outcome
  } finally {
    limit.clear()
  }
}

function tooLong(cause: Error): Error {
  return new Error(`not finished within ${PASS_MS / 1000} s: ${cause.message}`, { cause })
}
