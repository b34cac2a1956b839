import type { PassiveClock } from '../process/clock.ts'

/** How long something has stayed as it is, on the monotonic clock, as far as this process has seen. */
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

  /** Says how things are now. */
  observe(fingerprint: string): void {
    if (fingerprint === this.#seen) return
    this.#seen = fingerprint
    this.#since = this.#clock.monotonic()
  }

  /** Forgets: what is observed next is new, even when it is the same. */
  restart(): void {
    this.#seen = undefined
  }
}
