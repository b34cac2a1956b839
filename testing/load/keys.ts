import { CounterTruth } from './counter-truth.ts'
import { LockTruth } from './lock-truth.ts'
import { ValueTruth } from './value-truth.ts'
import { Zipf } from './zipf.ts'

/** How many keys of each kind there are. */
export interface KeyCounts {
  readonly values: number
  readonly counters: number
  readonly locks: number
}

/** All keys of a load with what is known of each. One client writes a value or a counter, so that what it knows is true. */
export class Keys {
  readonly values: readonly ValueTruth[]
  readonly counters: readonly CounterTruth[]
  readonly locks: readonly LockTruth[]
  readonly #clients: number
  readonly #byValue: Zipf
  readonly #missed: readonly Set<number>[]

  constructor({ values, counters, locks }: KeyCounts, clients: number) {
    this.values = Array.from({ length: values }, () => new ValueTruth())
    this.counters = Array.from({ length: counters }, () => new CounterTruth())
    this.locks = Array.from({ length: locks }, () => new LockTruth())
    this.#clients = clients
    this.#byValue = new Zipf(values)
    this.#missed = Array.from({ length: clients }, () => new Set<number>())
  }

  get byPopularity(): Zipf {
    return this.#byValue
  }

  ownerOf(index: number): number {
    return index % this.#clients
  }

  /** The one of a client that is nearest to an index; of fewer keys than clients it may have none. */
  ownNear(index: number, client: number, of: number): number | undefined {
    const own = index - this.ownerOf(index) + client
    const nearest = own < of ? own : own - this.#clients
    return nearest >= 0 && nearest < of ? nearest : undefined
  }

  /** A value was not there: whoever writes it is to store it again, as clients of a cache do. */
  missed(index: number): void {
    this.#missed[this.ownerOf(index)]?.add(index)
  }

  /** One that its client is to store again. */
  takeMissed(client: number): number | undefined {
    const missed = this.#missed[client]
    const [index] = missed ?? []
    if (index !== undefined) missed?.delete(index)
    return index
  }
}

/** What a key is called. */
export const KEY = {
  value: (index: number) => `v:${index}`,
  counter: (index: number) => `c:${index}`,
  lock: (index: number) => `l:${index}`,
} as const
