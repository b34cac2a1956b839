import { Deadline } from './kube/deadline.ts'
import { parseKey } from './kube/key.ts'
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
    if (!limit.expired || outcome.kind !== 'retry') return outcome
    const error = tooLong(outcome.error)
    tellOf(error, key, deps)
    return { ...outcome, error, timedOut: true }
  } finally {
    limit.clear()
  }
}

/** Not in status: a pass that could write that would not have been too long. */
function tellOf({ message }: Error, key: string, { caches, tell }: ReconcileDeps): void {
  const mcrouter = caches.mcrouters.get(parseKey(key))
  if (mcrouter === undefined) return
  const note = `A pass over this Mcrouter was given up and will be made again: ${message}. Look whether the API server, DNS and the pods answer`
  tell(mcrouter, { type: 'Warning', reason: 'ReconcileTimeout', note })
}

function tooLong(cause: Error): Error {
  return new Error(`not finished within ${PASS_MS / 1000} s: ${cause.message}`, { cause })
}
