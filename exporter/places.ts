/** Gives a place back; it is called once. */
export type Release = () => void

/**
 * Bounds how many probes run at a time. A namespace gets a further place only while it holds fewer than are free: alone it may hold
 * half of all, two a third each, and whatever others hold, one that comes finds a place (Choudhury and Hahne, Dynamic Queue Length
 * Thresholds, 1998). Nobody waits: a scrape comes again.
 */
export class Places {
  readonly #total: number
  readonly #held = new Map<string, number>()
  #taken = 0

  constructor(total: number) {
    this.#total = total
  }

  get taken(): number {
    return this.#taken
  }

  /** Undefined when there is none for it now. */
  take(namespace: string): Release | undefined {
    if (this.#heldBy(namespace) >= this.#total - this.#taken) return undefined
    this.#count(namespace, 1)
    return () => this.#count(namespace, -1)
  }

  #heldBy(namespace: string): number {
    return this.#held.get(namespace) ?? 0
  }

  #count(namespace: string, change: 1 | -1): void {
    const held = this.#heldBy(namespace) + change
    this.#taken += change
    if (held === 0) this.#held.delete(namespace)
    else this.#held.set(namespace, held)
  }
}
