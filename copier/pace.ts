import { type Clock, sleep } from '../process/clock.ts'

/** So much that was not used may be caught up with, in milliseconds. */
const BURST_MS = 50

/** Spreads work evenly over time. */
export class Pace {
  readonly #clock: Clock
  /** Per second. */
  #rate: number
  /** When the next may begin. */
  #next: number

  constructor(clock: Clock, rate: number) {
    this.#clock = clock
    this.#rate = rate
    this.#next = clock.monotonic()
  }

  set rate(perSecond: number) {
    this.#rate = perSecond
  }

  /** Resolves when so many may be done; at once when the signal fires. */
  async take(count: number, signal: AbortSignal): Promise<void> {
    const now = this.#clock.monotonic()
    const at = Math.max(this.#next, now - BURST_MS)
    this.#next = at + (count / this.#rate) * 1000
    if (at > now) await sleep(this.#clock, at - now, signal)
  }
}
