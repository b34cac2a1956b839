/** Whose events never are too many: the operator's own, of which there are a few at most. */
export const OWN = ''

/**
 * Events that wait to be written. Flows take turns. When all together are too many, the newest of the flow that has most is left
 * out: whatever happens in one namespace, it takes no other's place.
 */
export class Waiting<Event extends { readonly flow: string }> {
  readonly #most: number
  /** The flow whose turn is next comes first; the oldest event of each too. */
  readonly #byFlow = new Map<string, Event[]>()
  #size = 0

  constructor(most: number) {
    this.#most = most
  }

  get size(): number {
    return this.#size
  }

  /** The event that is left out for it, which may be itself; undefined while there is room. */
  add(event: Event): Event | undefined {
    const flow = this.#byFlow.get(event.flow) ?? []
    flow.push(event)
    this.#byFlow.set(event.flow, flow)
    this.#size += 1
    if (this.#size - (this.#byFlow.get(OWN)?.length ?? 0) <= this.#most) return undefined
    this.#size -= 1
    return this.#longest().pop()
  }

  /** The one whose turn it is. */
  take(): Event | undefined {
    for (const [name, flow] of this.#byFlow) {
      const event = flow.shift()
      this.#byFlow.delete(name)
      if (flow.length > 0) this.#byFlow.set(name, flow)
      if (event === undefined) continue
      this.#size -= 1
      return event
    }
    return undefined
  }

  #longest(): Event[] {
    let longest: Event[] = []
    for (const [name, flow] of this.#byFlow) if (name !== OWN && flow.length > longest.length) longest = flow
    return longest
  }
}
