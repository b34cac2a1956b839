/** Share of the workers that is reserved for flows with no worker yet, so that one busy flow cannot take all of them. */
const RESERVED = 1 / 4

/** How many workers are reserved: at least one, but none when there is only one. */
export function reservedOf(workers: number): number {
  return workers === 1 ? 0 : Math.max(1, Math.floor(workers * RESERVED))
}

/**
 * Keys that wait for a worker, each in a flow, as in the API server's Priority and Fairness. The flows take turns, and within
 * one the oldest key is first.
 */
export class Flows {
  readonly #flowOf: (key: string) => string
  /** By flow; the flow whose turn is next comes first. */
  readonly #waiting = new Map<string, Set<string>>()
  /** How many keys of a flow were taken and have not ended. */
  readonly #taken = new Map<string, number>()
  #size = 0

  constructor(flowOf: (key: string) => string) {
    this.#flowOf = flowOf
  }

  /** Keys that wait. */
  get size(): number {
    return this.#size
  }

  add(key: string): void {
    const flow = this.#flowOf(key)
    const keys = this.#waiting.get(flow) ?? new Set()
    if (!keys.has(key)) this.#size += 1
    keys.add(key)
    this.#waiting.set(flow, keys)
  }

  /** The key whose turn it is; with `onlyIdle`, of a flow that has no worker. Undefined when there is none. */
  take(onlyIdle: boolean): string | undefined {
    for (const [flow, keys] of this.#waiting) {
      const taken = this.#taken.get(flow) ?? 0
      if (onlyIdle && taken > 0) continue
      const [key] = keys
      if (key === undefined) continue
      keys.delete(key)
      this.#size -= 1
      this.#waiting.delete(flow)
      if (keys.size > 0) this.#waiting.set(flow, keys)
      this.#taken.set(flow, taken + 1)
      return key
    }
    return undefined
  }

  /** The work for a key that was taken has ended. */
  ended(key: string): void {
    const flow = this.#flowOf(key)
    const taken = (this.#taken.get(flow) ?? 1) - 1
    if (taken > 0) this.#taken.set(flow, taken)
    else this.#taken.delete(flow)
  }

  clear(): void {
    this.#waiting.clear()
    this.#size = 0
  }
}
