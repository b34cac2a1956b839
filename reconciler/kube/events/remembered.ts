interface Entry<V> {
  readonly flow: string
  readonly value: V
}

/** A map that flows share: of too many entries, the oldest of the flow that has most is forgotten. */
export class Remembered<V> {
  readonly #most: number
  readonly #entries = new Map<string, Entry<V>>()
  readonly #counts = new Map<string, number>()

  constructor(most: number) {
    this.#most = most
  }

  get(key: string): V | undefined {
    return this.#entries.get(key)?.value
  }

  /** Sets it as the newest. */
  set(key: string, flow: string, value: V): void {
    this.delete(key)
    this.#entries.set(key, { flow, value })
    this.#counts.set(flow, (this.#counts.get(flow) ?? 0) + 1)
    if (this.#entries.size > this.#most) this.#forgetOldestOf(this.#largest())
  }

  delete(key: string): void {
    const entry = this.#entries.get(key)
    if (entry === undefined) return
    this.#entries.delete(key)
    const count = (this.#counts.get(entry.flow) ?? 1) - 1
    if (count > 0) this.#counts.set(entry.flow, count)
    else this.#counts.delete(entry.flow)
  }

  /** Keys and values, the oldest first. */
  *entries(): Generator<readonly [string, V]> {
    for (const [key, { value }] of this.#entries) yield [key, value]
  }

  #largest(): string {
    let largest = ''
    let most = 0
    for (const [flow, count] of this.#counts) {
      if (count > most) [largest, most] = [flow, count]
    }
    return largest
  }

  #forgetOldestOf(flow: string): void {
    for (const [key, entry] of this.#entries) {
      if (entry.flow !== flow) continue
      this.delete(key)
      return
    }
  }
}
