/** Bytes of each object that do not count: compressed, only an object made to be large has more. */
const FREE = 1024
/** What the objects of a namespace may take beyond that, in one store. */
const SHARE = 1024 * 1024

/** How many bytes of a store the objects of each namespace take, so that one namespace cannot fill it for all. */
export class Shares {
  readonly #taken = new Map<string, number>()

  /** Takes so many bytes, and returns how many to give back later; undefined when the namespace would have too many. */
  take(namespace: string, bytes: number): number | undefined {
    const cost = Math.max(0, bytes - FREE)
    const taken = (this.#taken.get(namespace) ?? 0) + cost
    if (taken > SHARE) return undefined
    if (cost > 0) this.#taken.set(namespace, taken)
    return cost
  }

  giveBack(namespace: string, cost: number): void {
    if (cost === 0) return
    const left = (this.#taken.get(namespace) ?? 0) - cost
    if (left > 0) this.#taken.set(namespace, left)
    else this.#taken.delete(namespace)
  }
}
