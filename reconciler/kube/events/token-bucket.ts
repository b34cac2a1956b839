import type { Clock, MonotonicMs } from '../../../process/clock.ts'

export interface BucketLimits {
  /** Tokens that come back per second. */
  readonly perSecond: number
  /** Tokens there at the start, and at most. */
  readonly burst: number
}

/** A token bucket, as golang.org/x/time/rate counts it. */
export class TokenBucket {
  readonly #clock: Clock
  readonly #limits: BucketLimits
  #tokens: number
  #countedAt: MonotonicMs

  constructor(limits: BucketLimits, clock: Clock) {
    this.#clock = clock
    this.#limits = limits
    this.#tokens = limits.burst
    this.#countedAt = clock.monotonic()
  }

  /** Takes a token if there is one. */
  take(): boolean {
    this.#refill()
    if (this.#tokens < 1) return false
    this.#tokens -= 1
    return true
  }

  #refill(): void {
    const now = this.#clock.monotonic()
    const earned = ((now - this.#countedAt) / 1000) * this.#limits.perSecond
    this.#tokens = Math.min(this.#limits.burst, this.#tokens + earned)
    this.#countedAt = now
  }
}
