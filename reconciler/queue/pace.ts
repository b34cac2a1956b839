import type { Clock } from '../../process/clock.ts'

export interface PaceLimits {
  /** How often a key may be taken up in the long run. */
  readonly perSecond: number
  /** How often at once, after it has rested. */
  readonly burst: number
}

/**
 * A rate limit for each key. It is a token bucket, counted as one number a key (the generic cell rate algorithm, ITU-T I.371),
 * and kept for no longer than the key is short of tokens.
 */
export class Pace {
  readonly #clock: Clock
  readonly #intervalMs: number
  readonly #burstMs: number
  /** When the bucket of each key is full again, in monotonic milliseconds; the key that was taken up last is last. */
  readonly #fullAt = new Map<string, number>()

  constructor({ perSecond, burst }: PaceLimits, clock: Clock) {
    this.#clock = clock
    this.#intervalMs = 1000 / perSecond
    this.#burstMs = this.#intervalMs * (burst - 1)
  }

  /** Milliseconds until the key may be taken up; 0 for at once. */
  waitMs(key: string): number {
    const fullAt = this.#fullAt.get(key) ?? 0
    return Math.max(0, fullAt - this.#burstMs - this.#clock.monotonic())
  }

  /** Notes that the key is taken up, which costs so many tokens. */
  took(key: string, tokens = 1): void {
    const now = this.#clock.monotonic()
    const fullAt = Math.max(now, this.#fullAt.get(key) ?? now) + this.#intervalMs * tokens
    this.#fullAt.delete(key)
    this.#fullAt.set(key, fullAt)
    for (const [oldest, at] of this.#fullAt) {
      if (at > now) return
      this.#fullAt.delete(oldest)
    }
  }

  /** Keys of which anything is kept. */
  get size(): number {
    return this.#fullAt.size
  }
}
