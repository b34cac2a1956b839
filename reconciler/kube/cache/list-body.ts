const QUOTE = 0x22
const BACKSLASH = 0x5c
const OPEN_ARRAY = 0x5b
const CLOSE_ARRAY = 0x5d
const OPEN_OBJECT = 0x7b
const CLOSE_OBJECT = 0x7d

/** Longer than any item, or what is between items: etcd takes objects of at most 1.5 MiB by default. */
const LONGEST = 16 * 1024 * 1024

/** Depths of nesting: inside the list, inside its items, inside one of them. */
const LIST = 1
const ITEMS = 2
const ITEM = 3

/**
 * Reads a Kubernetes list without having all of it in memory: each item is parsed and handed over as soon as it is
 * there. 500 objects at once would be 5 MB of text and 25 MB of objects, for each kind that is listed.
 *
 * @returns the list without its items
 * @throws SyntaxError when it is not JSON, or when an item is longer than 16 MiB
 */
export async function readList(
  body: AsyncIterable<Uint8Array>,
  take: (item: unknown) => void,
): Promise<unknown> {
  const splitter = new Splitter(take)
  for await (const chunk of body) splitter.read(chunk)
  return splitter.end()
}

/** Finds the items by brackets and strings alone; JSON.parse decides whether they are JSON. */
class Splitter {
  readonly #take: (item: unknown) => void
  readonly #rest: Uint8Array[] = []
  #item: Uint8Array[] = []
  #length = 0
  #depth = 0
  #inString = false
  #escaped = false
  #inItems = false
  /** The last string directly inside the list: before a value, its name. */
  #name: number[] = []

  constructor(take: (item: unknown) => void) {
    this.#take = take
  }

  read(chunk: Uint8Array): void {
    let from = 0
    for (let at = 0; at < chunk.length; at += 1) {
      if (this.#inString) at = this.#skipText(chunk, at)
      const byte = chunk[at] ?? 0
      if (byte < OPEN_ARRAY && byte !== QUOTE) continue
      if (byte === QUOTE) {
        this.#inString = !this.#inString
        if (this.#inString && this.#depth === LIST) this.#name = []
      } else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) {
        this.#depth += 1
        if (this.#depth === ITEM && this.#inItems) from = at
        if (this.#depth === ITEMS && byte === OPEN_ARRAY && this.#isNamedItems()) {
          this.#keep(this.#rest, chunk.subarray(from, at + 1))
          this.#inItems = true
        }
      } else if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) {
        this.#depth -= 1
        if (this.#depth === ITEMS && this.#inItems) {
          this.#keep(this.#item, chunk.subarray(from, at + 1))
          this.#hand()
        }
        if (this.#depth === LIST && this.#inItems) {
          this.#inItems = false
          from = at
        }
      }
    }
    const left = chunk.subarray(from)
    if (!this.#inItems) this.#keep(this.#rest, left)
    else if (this.#depth >= ITEM) this.#keep(this.#item, left)
  }

  #keep(part: Uint8Array[], bytes: Uint8Array): void {
    part.push(bytes)
    this.#length += bytes.length
    if (this.#length > LONGEST) throw new SyntaxError(`a part of a list is longer than ${LONGEST} bytes`)
  }

  end(): unknown {
    return JSON.parse(Buffer.concat(this.#rest).toString())
  }

  /** Where the string that continues at `from` ends: at its quote, or at the end of the chunk. */
  #skipText(chunk: Uint8Array, from: number): number {
    let at = from
    for (; at < chunk.length; at += 1) {
      const byte = chunk[at]
      if (this.#escaped) this.#escaped = false
      else if (byte === BACKSLASH) this.#escaped = true
      else if (byte === QUOTE) break
    }
    if (this.#depth === LIST)
      this.#name.push(...chunk.subarray(from, Math.min(at, from + 'items'.length + 1)))
    return at
  }

  #isNamedItems(): boolean {
    return String.fromCharCode(...this.#name) === 'items'
  }

  #hand(): void {
    const text = Buffer.concat(this.#item).toString()
    this.#item = []
    this.#length = 0
    this.#take(JSON.parse(text))
  }
}
