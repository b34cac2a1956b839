import type { Order } from './order.ts'
import { type Progress, Work, type WorkOptions } from './work.ts'

/** What is done for each pool. */
export class Works {
  readonly #optionsOf: (order: Order) => WorkOptions
  readonly #byPool = new Map<string, Work>()
  #last: Promise<void> = Promise.resolve()

  constructor(optionsOf: (order: Order) => WorkOptions) {
    this.#optionsOf = optionsOf
  }

  /** Resolves once nothing is at work that an order before has asked for. */
  take(order: Order): Promise<void> {
    // One after the other: two at once could have two work on one pool.
    const turn = this.#last.then(() => this.#take(order))
    this.#last = turn.catch(() => {})
    return turn
  }

  get progress(): readonly Progress[] {
    return [...this.#byPool.values()].map(({ progress }) => progress)
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#byPool.values()].map((work) => work.stop()))
    this.#byPool.clear()
  }

  async #take(order: Order): Promise<void> {
    const work = this.#byPool.get(order.pool)
    if (work?.fits(order)) return await work.take(order)
    await work?.stop()
    this.#byPool.set(order.pool, new Work(order, this.#optionsOf(order)))
  }
}
