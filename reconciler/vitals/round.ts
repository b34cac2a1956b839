import type { Clock } from '../../process/clock.ts'

export interface RoundOptions<T> {
  readonly clock: Clock
  /** From 0 up to 1. */
  readonly random: () => number
  /** Milliseconds in which each is visited once. */
  readonly periodMs: number
  readonly visit: (one: T) => void
}

/** Visits each of some things in turn, spread over the time that a round takes, for as long as there are any. */
export class Round<T> {
  readonly #options: RoundOptions<T>
  #members: readonly T[] = []
  #next = 0
  #cancel: (() => void) | undefined

  constructor(options: RoundOptions<T>) {
    this.#options = options
  }

  /** Replaces the things to visit. */
  over(members: readonly T[]): void {
    this.#members = members
    if (members.length === 0) this.stop()
    // The first at a random time, so that many rounds which begin together do not stay together.
    else if (this.#cancel === undefined) this.#schedule(this.#options.random())
  }

  stop(): void {
    this.#cancel?.()
    this.#cancel = undefined
  }

  #schedule(share: number): void {
    const { clock, periodMs } = this.#options
    const ms = periodMs / this.#members.length
    this.#cancel = clock.after(ms * share, () => this.#visit())
  }

  #visit(): void {
    this.#next %= this.#members.length
    const member = this.#members[this.#next]
    this.#next += 1
    this.#schedule(1)
    if (member !== undefined) this.#options.visit(member)
  }
}
