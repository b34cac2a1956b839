import { type Halves, murmurHalves } from '../../routing/hash/murmur.ts'
import { KeyBytes } from './key-bytes.ts'
import type { KeyMemory } from './key-memory.ts'

/** Where the columns of a row begin, in bytes. */
const HASH = 0
const AT = 4
const COPIED_CAS = 8
const COPY_CAS = 16
const EXP = 24
const PLACE = 28
const LENGTH = 30
const SEEN = 31
const ROW = 32

const CHUNK_ROWS = 4_096
const FIRST_SLOTS = 1_024

/** What is known of a key. */
export interface Known {
  /** The cas at the old place when it was copied, or when it was left out; 0: not known, it has to be looked at. */
  readonly copiedCas: bigint
  /** The cas at the new place of what was copied; 0: there is no copy. */
  readonly copyCas: bigint
  /** Unix seconds, as listed when it was copied; 0: never. */
  readonly exp: number
}

/**
 * The keys of one server that move, in 32 bytes each, the key itself, and 6 to 12 bytes of an index. The key has to be held: one that is
 * deleted is listed no more, and has to be named to be deleted at its new place.
 */
export class KeyTable {
  readonly #memory: KeyMemory
  readonly #seed: Halves
  readonly #keys: KeyBytes
  #rows: DataView[] = []
  #size = 0
  #copies = 0
  /** Open addressing: the number of a row and 1, or 0. */
  #slots = new Uint32Array(0)

  /** @param seed of the hashes of the index: random, so that nobody can choose keys that share one */
  constructor(memory: KeyMemory, seed: Halves) {
    this.#memory = memory
    this.#seed = seed
    this.#keys = new KeyBytes(memory)
  }

  get size(): number {
    return this.#size
  }

  /** Keys of which there is a copy. */
  get copies(): number {
    return this.#copies
  }

  /**
   * The row of a key, which is added where there is none.
   * @param place index of the server that it moves to: 0..65535
   * @throws {GiveUpError} when there is no more memory
   */
  row(key: Buffer, place: number): number {
    if (this.#size >= this.#slots.length * 0.7) this.#rehash()
    const [hash] = murmurHalves(key, this.#seed)
    const slot = this.#slotOf(key, hash)
    const found = this.#slots[slot] ?? 0
    if (found !== 0) return found - 1
    const row = this.#push()
    const at = this.#keys.add(key)
    this.#slots[slot] = row + 1
    const [view, base] = this.#view(row)
    view.setUint32(base + HASH, hash)
    view.setUint32(base + AT, at)
    view.setUint16(base + PLACE, place)
    view.setUint8(base + LENGTH, key.length)
    return row
  }

  /** A view, good until the table is cleared. */
  key(row: number): Buffer {
    const [view, base] = this.#view(row)
    return this.#keys.at(view.getUint32(base + AT), view.getUint8(base + LENGTH))
  }

  place(row: number): number {
    const [view, base] = this.#view(row)
    return view.getUint16(base + PLACE)
  }

  known(row: number): Known {
    const [view, base] = this.#view(row)
    return {
      copiedCas: view.getBigUint64(base + COPIED_CAS),
      copyCas: view.getBigUint64(base + COPY_CAS),
      exp: view.getUint32(base + EXP),
    }
  }

  learn(row: number, { copiedCas, copyCas, exp }: Known): void {
    const [view, base] = this.#view(row)
    const hadCopy = view.getBigUint64(base + COPY_CAS) !== 0n
    this.#copies += Number(copyCas !== 0n) - Number(hadCopy)
    view.setBigUint64(base + COPIED_CAS, copiedCas)
    view.setBigUint64(base + COPY_CAS, copyCas)
    view.setUint32(base + EXP, exp)
  }

  /** @param pass 1..255 */
  see(row: number, pass: number): void {
    const [view, base] = this.#view(row)
    view.setUint8(base + SEEN, pass)
  }

  /** Rows with a copy that were not seen in a pass. */
  *unseen(pass: number): Generator<number> {
    for (let row = 0; row < this.#size; row += 1) {
      const [view, base] = this.#view(row)
      if (view.getUint8(base + SEEN) !== pass && view.getBigUint64(base + COPY_CAS) !== 0n) yield row
    }
  }

  /** Has every key looked at again: their server counts its cas anew. */
  doubt(): void {
    for (let row = 0; row < this.#size; row += 1) this.learn(row, { ...this.known(row), copiedCas: 0n })
  }

  /** The copies on a server are gone. */
  lose(place: number): void {
    for (let row = 0; row < this.#size; row += 1) {
      if (this.place(row) === place) this.learn(row, { copiedCas: 0n, copyCas: 0n, exp: 0 })
    }
  }

  clear(): void {
    this.#memory.give(this.#rows.length * CHUNK_ROWS * ROW + this.#slots.byteLength)
    this.#keys.clear()
    this.#rows = []
    this.#slots = new Uint32Array(0)
    this.#size = 0
    this.#copies = 0
  }

  #view(row: number): [DataView, number] {
    const view = this.#rows[Math.floor(row / CHUNK_ROWS)]
    if (view === undefined) throw new RangeError(`there is no row ${row}`)
    return [view, (row % CHUNK_ROWS) * ROW]
  }

  #push(): number {
    if (this.#size === this.#rows.length * CHUNK_ROWS) {
      this.#memory.take(CHUNK_ROWS * ROW)
      this.#rows.push(new DataView(new ArrayBuffer(CHUNK_ROWS * ROW)))
    }
    this.#size += 1
    return this.#size - 1
  }

  /** Where the key is, or where there is room for it. */
  #slotOf(key: Buffer, hash: number): number {
    const last = this.#slots.length - 1
    for (let slot = hash & last; ; slot = (slot + 1) & last) {
      const found = this.#slots[slot] ?? 0
      if (found === 0 || this.#is(found - 1, key, hash)) return slot
    }
  }

  #is(row: number, key: Buffer, hash: number): boolean {
    const [view, base] = this.#view(row)
    return view.getUint32(base + HASH) === hash && this.key(row).equals(key)
  }

  #rehash(): void {
    const old = this.#slots
    const length = Math.max(FIRST_SLOTS, old.length * 2)
    this.#memory.take(length * Uint32Array.BYTES_PER_ELEMENT)
    this.#slots = new Uint32Array(length)
    for (let row = 0; row < this.#size; row += 1) {
      const [view, base] = this.#view(row)
      let slot = view.getUint32(base + HASH) & (length - 1)
      while (this.#slots[slot] !== 0) slot = (slot + 1) & (length - 1)
      this.#slots[slot] = row + 1
    }
    this.#memory.give(old.byteLength)
  }
}
