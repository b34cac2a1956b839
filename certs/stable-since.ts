import type { PassiveClock } from '../process/clock.ts'

/** For how long a fingerprint has not changed, on the monotonic clock, as far as this process has seen. */
export class StableSince {
  readonly #clock: PassiveClock
  #seen: string | undefined
  #since = 0

  constructor(clock: PassiveClock) {
    this.#clock = clock
  }

  /** Milliseconds; 0 when it is not what was seen last. */
  timeOf(fingerprint: string): number {
    return fingerprint === this.#seen ? this.#clock.monotonic() - this.#since : 0
  }

  /** Notes the fingerprint of now. */
  observe(fingerprint: string): void {
    if (fingerprint === this.#seen) return
    this.#seen = fingerprint
    this.#since = this.#clock.monotonic()
  }

  /** Starts anew at the next observation, even when the fingerprint is the same. */
  restart(): void {
    this.#seen = undefined
  }
}
