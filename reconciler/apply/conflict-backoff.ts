import { exponential } from '../backoff.ts'

/** The caches are a moment behind, as a rule: what they miss is on its way and is worked on as it comes. */
const SOON_MS = 200
/** Nothing moves on, something answers with conflicts and nothing else, or the watch that would tell why is broken. */
const LATEST_MS = 30_000

/**
 * Passes in a row, over one Mcrouter, in which a write was refused because its object had moved on, or put off until
 * another controller has done its part: the garbage collector mostly, which may be busy, or kept by a finalizer.
 */
export class ConflictBackoff {
  #inRow = 0
  #metNow = false

  /** A pass begins; one without a conflict ends the row. */
  begin(): void {
    if (!this.#metNow) this.#inRow = 0
    this.#metNow = false
  }

  /** Milliseconds until the next pass, unless there is news before. */
  met(): number {
    if (!this.#metNow) this.#inRow += 1
    this.#metNow = true
    return exponential(this.#inRow, SOON_MS, LATEST_MS)
  }
}
