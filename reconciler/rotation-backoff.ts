import { exponential } from './backoff.ts'
import type { Clock } from './clock.ts'

/** What a pass over the certificates came to: nothing to do, something done, or an error. */
export type PassResult = 'settled' | 'acted' | 'failed'

const FIRST_PAUSE_MS = 500
const LONGEST_PAUSE_MS = 30_000
const CALM_MS = 60_000

/**
 * How far passes over the certificates are apart: the longer the more of them failed or had to mend something, until all
 * was right for a while. Somebody who takes our caBundle out each time that we write it must not make a storm.
 */
export class RotationBackoff {
  readonly #clock: Clock
  #unsettled = 0
  #unsettledAt = Number.NEGATIVE_INFINITY

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /**
   * Milliseconds until the next pass may be made.
   *
   * @param planned whether it was due by the life of a certificate: what it then does is nobody's fault
   */
  after(came: PassResult, planned: boolean): number {
    const now = this.#clock.monotonic()
    if (now - this.#unsettledAt >= CALM_MS) this.#unsettled = 0
    if (came === 'failed' || (came === 'acted' && !planned)) {
      this.#unsettled += 1
      this.#unsettledAt = now
    }
    return exponential(Math.max(1, this.#unsettled), FIRST_PAUSE_MS, LONGEST_PAUSE_MS)
  }
}
