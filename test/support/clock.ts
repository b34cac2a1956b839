import { setImmediate as turn } from 'node:timers/promises'
import type { Clock } from '../../process/clock.ts'

interface Timer {
  readonly dueAt: number
  readonly callback: () => void
}

/** A clock that stands still until it is told to go on. */
export class TestClock implements Clock {
  #now = Date.UTC(2026, 0, 1)
  #monotonic = 0
  readonly #timers = new Set<Timer>()

  now(): number {
    return this.#now
  }

  monotonic(): number {
    return this.#monotonic
  }

  after(ms: number, callback: () => void): () => void {
    const timer = { dueAt: this.#monotonic + ms, callback }
    this.#timers.add(timer)
    return () => this.#timers.delete(timer)
  }

  /** Timers that wait. */
  get pending(): number {
    return this.#timers.size
  }

  /** Goes on by `ms` milliseconds, firing each timer at its time and letting what it began come to rest. */
  async advance(ms: number): Promise<void> {
    const end = this.#monotonic + ms
    await settle()
    for (let next = this.#next(end); next !== undefined; next = this.#next(end)) {
      this.#moveTo(next.dueAt)
      this.#timers.delete(next)
      next.callback()
      await settle()
    }
    this.#moveTo(end)
  }

  /** Goes on in small steps until the condition holds; rejects when it does not within `withinMs` milliseconds. */
  async until(what: string, holds: () => boolean, withinMs: number): Promise<void> {
    const end = this.#monotonic + withinMs
    await settle()
    while (!holds()) {
      if (this.#monotonic >= end) throw new Error(`not within ${withinMs} ms: ${what}`)
      await this.advance(Math.min(100, end - this.#monotonic))
    }
  }

  /** Somebody sets the machine's clock: the wall clock moves, and no time passes. */
  setWallClock(byMs: number): void {
    this.#now += byMs
  }

  /** Time passes and the process is not there to see it, as between SIGSTOP and SIGCONT: its timers fire late, at once. */
  async wakeAfter(ms: number): Promise<void> {
    this.#moveTo(this.#monotonic + ms)
    for (let next = this.#next(this.#monotonic); next; next = this.#next(this.#monotonic)) {
      this.#timers.delete(next)
      next.callback()
      // Between two timers Node runs the promises that can go on, but hears nothing from outside.
      await Promise.resolve()
    }
    await settle()
  }

  #next(end: number): Timer | undefined {
    let next: Timer | undefined
    for (const timer of this.#timers) {
      if (timer.dueAt <= end && (next === undefined || timer.dueAt < next.dueAt)) next = timer
    }
    return next
  }

  #moveTo(monotonic: number): void {
    this.#now += monotonic - this.#monotonic
    this.#monotonic = monotonic
  }
}

/** Lets all promises that can go on do so. Nothing here waits for the network, so a few turns are enough. */
export async function settle(): Promise<void> {
  for (let turns = 0; turns < 5; turns += 1) await turn()
}
