import { exponential } from '../../backoff.ts'
import { ApiError } from '../connection/errors.ts'

// The numbers of client-go's reflector (tools/cache/reflector.go), but for the cap: theirs is jittered up to 60 s.
const BACKOFF_MS = 800
const BACKOFF_MAX_MS = 30_000
// A proxy on the way may cut each watch that is idle for less than the minute between two bookmarks (haproxy's `timeout
// server` is often 50 s): a watch that was open for so long worked, however it ended and whether it had to tell anything.
// One that ends sooner backs off even if it delivered, or an event that always breaks it would be asked for without end.
const HEALTHY_MS = 10_000
// A longer Retry-After is cut to this: nothing is seen of the cluster meanwhile.
const RETRY_AFTER_MAX_MS = 60_000

/** How long to wait before a watch is begun again. */
export class WatchBackoff {
  readonly #random: () => number
  /** Watches in a row that were not open for long. */
  #failures = 0

  /** @param random 0 ≤ n < 1 */
  constructor(random: () => number) {
    this.#random = random
  }

  /** Milliseconds. @param failure undefined when it ended as planned @param openMs for how long it was open */
  after(failure: Error | undefined, openMs: number): number {
    if (openMs >= HEALTHY_MS) {
      this.#failures = 0
      if (failure === undefined) return 0
    }
    this.#failures += 1
    const backoff = exponential(this.#failures, BACKOFF_MS, BACKOFF_MAX_MS) * (0.5 + this.#random() / 2)
    const asked = failure instanceof ApiError ? (failure.retryAfterMs ?? 0) : 0
    return Math.max(backoff, Math.min(asked, RETRY_AFTER_MAX_MS))
  }
}
