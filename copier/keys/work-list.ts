import type { KeyMemory } from './key-memory.ts'

/** A row to look at, and what the dump said of it. */
export interface Due {
  readonly row: number
  readonly cas: bigint
  readonly exp: number
  readonly size: number
}

const FIRST = 1_024
/** Between the cost of copying it, and that of what is not used. */
const GROWTH = 1.25
/** Bytes of one. */
const EACH = 24
/** Of the order: bytes of one. */
const ORDER = 4
/** memcached renews the time of the last access so often, in seconds. */
const INTERVAL = 60
/** Older than this, in intervals, is all the same: 45 days. */
const OLDEST = 65_535

/** What one pass has to do, in 28 to 34 bytes each. */
export class WorkList {
  readonly #memory: KeyMemory
  #rows = new Uint32Array(0)
  #cas = new BigUint64Array(0)
  #exp = new Uint32Array(0)
  #la = new Uint32Array(0)
  #size = new Uint32Array(0)
  #length = 0
  #newest = 0

  constructor(memory: KeyMemory) {
    this.#memory = memory
  }

  get length(): number {
    return this.#length
  }

  /**
   * @param la Unix seconds of the last access
   * @throws {GiveUpError} when there is no more memory
   */
  add({ row, cas, exp, size }: Due, la: number): void {
    if (this.#length === this.#rows.length) this.#grow()
    const at = this.#length
    this.#rows[at] = row
    this.#cas[at] = cas
    this.#exp[at] = exp
    this.#la[at] = la
    this.#size[at] = size
    this.#length += 1
    this.#newest = Math.max(this.#newest, la)
  }

  /** The keys that were asked for last come first, since a server that is full throws out what it does not need last. */
  *hottestFirst(): Generator<Due> {
    this.#memory.take(this.#length * ORDER)
    try {
      for (const at of this.#order()) yield this.#at(at)
    } finally {
      this.#memory.give(this.#length * ORDER)
    }
  }

  clear(): void {
    this.#memory.give(this.#rows.length * EACH)
    this.#rows = new Uint32Array(0)
    this.#cas = new BigUint64Array(0)
    this.#exp = new Uint32Array(0)
    this.#la = new Uint32Array(0)
    this.#size = new Uint32Array(0)
    this.#length = 0
    this.#newest = 0
  }

  #at(at: number): Due {
    return {
      row: this.#rows[at] ?? 0,
      cas: this.#cas[at] ?? 0n,
      exp: this.#exp[at] ?? 0,
      size: this.#size[at] ?? 0,
    }
  }

  /** Sorted by counting: the time of an access is only known to a minute. */
  #order(): Uint32Array {
    const age = (at: number) => Math.min(OLDEST, Math.floor((this.#newest - (this.#la[at] ?? 0)) / INTERVAL))
    const starts = new Uint32Array(OLDEST + 2)
    for (let at = 0; at < this.#length; at += 1) add(starts, age(at) + 1, 1)
    for (let index = 1; index < starts.length; index += 1) add(starts, index, starts[index - 1] ?? 0)
    const order = new Uint32Array(this.#length)
    for (let at = 0; at < this.#length; at += 1) {
      const own = age(at)
      order[starts[own] ?? 0] = at
      add(starts, own, 1)
    }
    return order
  }

  #grow(): void {
    const length = Math.max(FIRST, Math.ceil(this.#rows.length * GROWTH))
    this.#memory.take((length - this.#rows.length) * EACH)
    this.#rows = grown(this.#rows, new Uint32Array(length))
    this.#cas = grown(this.#cas, new BigUint64Array(length))
    this.#exp = grown(this.#exp, new Uint32Array(length))
    this.#la = grown(this.#la, new Uint32Array(length))
    this.#size = grown(this.#size, new Uint32Array(length))
  }
}

function add(numbers: Uint32Array, index: number, more: number): void {
  numbers[index] = (numbers[index] ?? 0) + more
}

function grown<T extends Uint32Array | BigUint64Array>(before: T, after: T): T {
  // One type by its signature, two to the compiler.
  if (before instanceof BigUint64Array && after instanceof BigUint64Array) after.set(before)
  if (before instanceof Uint32Array && after instanceof Uint32Array) after.set(before)
  return after
}
