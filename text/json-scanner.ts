/** Between two members or items. */
export const COMMA = 0x2c
/** Around an object; one bit of each tells it from the bracket of a list. */
export const OPENING = 0x7b
export const CLOSING = 0x7d
/** Around a list. */
export const LIST_OPENING = 0x5b
export const LIST_CLOSING = 0x5d
const QUOTE = 0x22
const BACKSLASH = 0x5c
/** Makes braces of brackets: which of the two it is JSON.parse will see. */
const BRACE_BIT = 0x20

const COLON = 0x3a

/**
 * Goes over JSON in UTF-8 without making anything of it: JSON.parse of a few megabytes can take a hundred times their memory and
 * seconds; to find where a value ends takes nanoseconds a byte. It does not tell whether that is JSON.
 */
export class JsonScanner {
  readonly json: Buffer
  at: number
  /** Lists and objects in each other in the value that was passed over last. */
  depth = 0

  constructor(json: Buffer, at = 0) {
    this.json = json
    this.at = at
  }

  /** The byte behind any space. */
  next(): number | undefined {
    while (isSpace(this.json[this.at])) this.at += 1
    return this.json[this.at]
  }

  passes(code: number): boolean {
    if (this.next() !== code) return false
    this.at += 1
    return true
  }

  /**
   * The name that begins here and its colon, or an empty one: of hundreds of thousands no text is made that cannot be wanted.
   * @param lengths of the names that are wanted
   */
  name(lengths: ReadonlySet<number>): string | undefined {
    if (!this.passes(QUOTE)) return undefined
    const start = this.at
    const end = endOfString(this.json, start)
    this.at = end + 1
    if (!this.passes(COLON)) return undefined
    return lengths.has(end - start) ? this.json.toString('latin1', start, end) : ''
  }

  /**
   * Passes over one value.
   * @returns how many there are in it at most, itself included; 0 when it does not end
   */
  skip(): number {
    const { json } = this
    const { length } = json
    let depth = 0
    let deepest = 0
    let values = 1
    for (let at = this.at; at < length; at += 1) {
      const code = json[at] ?? 0
      if (code === QUOTE) {
        at = endOfString(json, at + 1)
      } else if (code === COMMA) {
        if (depth === 0) return this.#passed(at, values, deepest)
        values += 1
      } else if (code >= LIST_OPENING) {
        const brace = code | BRACE_BIT
        if (brace === OPENING) {
          depth += 1
          values += 1
          if (depth > deepest) deepest = depth
        } else if (brace === CLOSING) {
          if (depth === 0) return this.#passed(at, values, deepest)
          depth -= 1
        }
      }
    }
    return 0
  }

  #passed(at: number, values: number, depth: number): number {
    this.at = at
    this.depth = depth
    return values
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
