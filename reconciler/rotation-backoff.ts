import type { Clock } from '../process/clock.ts'
import { exponential } from './backoff.ts'

/** What a pass over the certificates came to: nothing to do, something done, or an error. */
export type PassResult = 'unchanged' | 'changed' | 'failed'

const FIRST_PAUSE_MS = 500
const LONGEST_PAUSE_MS = 30_000
const CALM_MS = 60_000

/**
 * The time between two rotations of certificates. It grows with each one that failed or had to repair something, until
 * there was nothing to do for a while: somebody who removes our caBundle each time we write it must not cause a storm.
 */
export class RotationBackoff {
  readonly #clock: Clock
  #busy = 0
  #busyAt = Number.NEGATIVE_INFINITY

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /**
   * Milliseconds until the next pass may be made.
   *
   * @param planned whether a certificate was due for renewal: that change is expected and does not count
   */
  after(came: PassResult, planned: boolean): number {
    const now = this.#clock.monotonic()
    if (now - this.#busyAt >= CALM_MS) this.#busy = 0
    if (came === 'failed' || (came === 'changed' && !planned)) {
      this.#busy += 1
      this.#busyAt = now
    }
    return exponential(Math.max(1, this.#busy), FIRST_PAUSE_MS, LONGEST_PAUSE_MS)
  }
}
