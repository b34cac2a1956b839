/** Which members of an object are wanted, by names in ASCII: whole, or of the object that they are such members in turn. */
export type Selection = ReadonlyMap<string, 'whole' | Selection>

export interface Excerpt {
  /** JSON of the wanted members alone, as they were written. */
  readonly text: string
  /** Paths of the wanted members that hold too much and are left out. */
  readonly cut: ReadonlySet<string>
}

/** All members together may hold this many times what one may: two objects and what comes with them. */
const TOGETHER = 4

/**
 * The wanted members of an object in JSON, cut out before anything is made of the rest. JSON.parse of a few megabytes can
 * take a hundred times their memory and seconds; to find where a member ends takes nanoseconds a byte.
 *
 * What is left out is read no further than that: JSON.parse of the excerpt has the last word on whether it is JSON. A name
 * that is written with escapes is not a wanted one; Go's encoder escapes no letter.
 * @param json in UTF-8
 * @param most values that a wanted member may hold, itself and those in its lists and objects
 * @returns undefined when it is no object, or not all of one
 */
export function excerptOf(json: Buffer, wanted: Selection, most: number): Excerpt | undefined {
  const reader = new Reader(json, most)
  const text = reader.members(wanted, '')
  return text === undefined ? undefined : { text, cut: reader.cut }
}

const QUOTE = 0x22
const COMMA = 0x2c
const COLON = 0x3a
const BACKSLASH = 0x5c
const FIRST_BRACKET = 0x5b
/** Makes braces of brackets: which of the two it is JSON.parse will see. */
const BRACE_BIT = 0x20
const OPENING = 0x7b
const CLOSING = 0x7d

class Reader {
  readonly cut = new Set<string>()
  readonly #json: Buffer
  readonly #most: number
  /** Values that may still be kept. */
  #left: number
  #at = 0

  constructor(json: Buffer, most: number) {
    this.#json = json
    this.#most = most
    this.#left = TOGETHER * most
  }

  /** What is wanted of the object that begins here, as the text of an object. */
  members(wanted: Selection, path: string): string | undefined {
    if (!this.#passes(OPENING)) return undefined
    if (this.#passes(CLOSING)) return '{}'
    const kept: string[] = []
    do {
      const name = this.#name(wanted)
      if (name === undefined) return undefined
      const part = wanted.get(name)
      const value =
        part === undefined ? this.#leaveOut() : this.#value(part, path === '' ? name : `${path}.${name}`)
      if (value === undefined) return undefined
      if (value !== '') kept.push(`"${name}":${value}`)
    } while (this.#passes(COMMA))
    return this.#passes(CLOSING) ? `{${kept.join(',')}}` : undefined
  }

  /** The name that begins here, or an empty one: of hundreds of thousands no text is made that cannot be wanted. */
  #name(wanted: Selection): string | undefined {
    if (!this.#passes(QUOTE)) return undefined
    const start = this.#at
    const end = endOfString(this.#json, start)
    this.#at = end + 1
    if (!this.#passes(COLON)) return undefined
    for (const { length } of wanted.keys()) {
      if (length === end - start) return this.#json.toString('latin1', start, end)
    }
    return ''
  }

  /** What is kept of the value that begins here, empty for nothing. */
  #value(wanted: 'whole' | Selection, path: string): string | undefined {
    const isSelected = wanted !== 'whole' && this.#next() === OPENING
    if (isSelected && this.#keeps(1, path)) return this.members(wanted, path)
    const start = this.#at
    const values = this.#skip()
    if (values === 0) return undefined
    return wanted === 'whole' && this.#keeps(values, path) ? this.#json.toString('utf8', start, this.#at) : ''
  }

  #leaveOut(): '' | undefined {
    return this.#skip() === 0 ? undefined : ''
  }

  #keeps(values: number, path: string): boolean {
    if (values > this.#most || values > this.#left) {
      this.cut.add(path)
      return false
    }
    this.#left -= values
    return true
  }

  /**
   * Passes over one value.
   * @returns how many there are in it at most, itself included; 0 when it does not end
   */
  #skip(): number {
    const json = this.#json
    const { length } = json
    let depth = 0
    let values = 1
    for (let at = this.#at; at < length; at += 1) {
      const code = json[at] ?? 0
      if (code === QUOTE) {
        at = endOfString(json, at + 1)
      } else if (code === COMMA) {
        if (depth === 0) return this.#passed(at, values)
        values += 1
      } else if (code >= FIRST_BRACKET) {
        const brace = code | BRACE_BIT
        if (brace === OPENING) {
          depth += 1
          values += 1
        } else if (brace === CLOSING) {
          if (depth === 0) return this.#passed(at, values)
          depth -= 1
        }
      }
    }
    return 0
  }

  #passed(at: number, values: number): number {
    this.#at = at
    return values
  }

  /** The byte behind any space. */
  #next(): number | undefined {
    while (isSpace(this.#json[this.#at])) this.#at += 1
    return this.#json[this.#at]
  }

  #passes(code: number): boolean {
    if (this.#next() !== code) return false
    this.#at += 1
    return true
  }
}

/** Where the quote is that ends a string; behind everything when there is none. */
function endOfString(json: Buffer, start: number): number {
  const { length } = json
  let at = start
  for (; at < length; at += 1) {
    const code = json[at]
    if (code === QUOTE) return at
    if (code === BACKSLASH) at += 1
  }
  return at
}

/** RFC 8259, section 2 */
function isSpace(code: number | undefined): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09
}
