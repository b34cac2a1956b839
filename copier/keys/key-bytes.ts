import type { KeyMemory } from './key-memory.ts'

const CHUNK_BITS = 18
const CHUNK = 2 ** CHUNK_BITS

/** Keys one behind the other. None is longer than a chunk, and none lies across two. */
export class KeyBytes {
  readonly #memory: KeyMemory
  #chunks: Buffer[] = []
  /** Where the next key begins. */
  #end = 0

  constructor(memory: KeyMemory) {
    this.#memory = memory
  }

  /** Where it is from now on: below 2³². */
  add(key: Buffer): number {
    const room = this.#chunks.length * CHUNK - this.#end
    if (room < key.length) this.#end = this.#grow()
    const at = this.#end
    key.copy(this.#chunk(at), at % CHUNK)
    this.#end += key.length
    return at
  }

  /** A view: it is good while the key is held here. */
  at(at: number, length: number): Buffer {
    const from = at % CHUNK
    return this.#chunk(at).subarray(from, from + length)
  }

  clear(): void {
    this.#memory.give(this.#chunks.length * CHUNK)
    this.#chunks = []
    this.#end = 0
  }

  #chunk(at: number): Buffer {
    const chunk = this.#chunks[Math.floor(at / CHUNK)]
    if (chunk === undefined) throw new RangeError(`there is no key at ${at}`)
    return chunk
  }

  #grow(): number {
    this.#memory.take(CHUNK)
    return this.#chunks.push(Buffer.alloc(CHUNK)) * CHUNK - CHUNK
  }
}
