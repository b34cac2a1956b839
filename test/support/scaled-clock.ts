import { type Clock, systemClock } from '../../process/clock.ts'

/** The real clock, so many times faster: for tests where the other side is a real process. */
export class ScaledClock implements Clock {
  readonly #speed: number
  readonly #startedAt = systemClock.now()

  constructor(speed: number) {
    this.#speed = speed
  }

  now(): number {
    return this.#startedAt + (systemClock.now() - this.#startedAt) * this.#speed
  }

  monotonic(): number {
    return systemClock.monotonic() * this.#speed
  }

  after(ms: number, callback: () => void): () => void {
    return systemClock.after(ms / this.#speed, callback)
  }
}
