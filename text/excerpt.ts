import { textBytes } from './json-bytes.ts'
import { CLOSING, COMMA, JsonScanner, OPENING } from './json-scanner.ts'

/** Which members of an object are wanted, by names in ASCII: whole, or of the object that they are such members in turn. */
export type Selection = ReadonlyMap<string, 'whole' | Selection>

export interface Excerpt {
  /** JSON of the wanted members alone, as they were written. */
  readonly text: string
  /** Paths of the wanted members that hold too much and are left out. */
  readonly cut: ReadonlySet<string>
  /** Bytes of the texts, names included, in the unwanted members of the objects that are counted, by the paths of these. */
  readonly leftOut: ReadonlyMap<string, number>
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
 * @param counted paths of objects of which it matters how much there is besides what is wanted
 * @returns undefined when it is no object, or not all of one
 */
export function excerptOf(
  json: Buffer,
  wanted: Selection,
  most: number,
  counted: readonly string[] = [],
): Excerpt | undefined {
  const reader = new Reader(json, most, counted)
  const text = reader.members(wanted, '')
  return text === undefined ? undefined : { text, cut: reader.cut, leftOut: reader.leftOut }
}

class Reader {
  readonly cut = new Set<string>()
  readonly leftOut: Map<string, number>
  readonly #scanner: JsonScanner
  readonly #most: number
  /** Values that may still be kept. */
  #left: number

  constructor(json: Buffer, most: number, counted: readonly string[]) {
    this.leftOut = new Map(counted.map((path) => [path, 0]))
    this.#scanner = new JsonScanner(json)
    this.#most = most
    this.#left = TOGETHER * most
  }

  /** What is wanted of the object that begins here, as the text of an object. */
  members(wanted: Selection, path: string): string | undefined {
    const scanner = this.#scanner
    if (!scanner.passes(OPENING)) return undefined
    if (scanner.passes(CLOSING)) return '{}'
    const lengths = new Set([...wanted.keys()].map(({ length }) => length))
    const kept: string[] = []
    do {
      const before = scanner.at
      const name = scanner.name(lengths)
      if (name === undefined) return undefined
      const part = wanted.get(name)
      const value =
        part === undefined
          ? this.#leaveOut(before, path)
          : this.#value(part, path === '' ? name : `${path}.${name}`)
      if (value === undefined) return undefined
      if (value !== '') kept.push(`"${name}":${value}`)
    } while (scanner.passes(COMMA))
    return scanner.passes(CLOSING) ? `{${kept.join(',')}}` : undefined
  }

  /** What is kept of the value that begins here, empty for nothing. */
  #value(wanted: 'whole' | Selection, path: string): string | undefined {
    const scanner = this.#scanner
    const isSelected = wanted !== 'whole' && scanner.next() === OPENING
    if (isSelected && this.#keeps(1, path)) return this.members(wanted, path)
    const start = scanner.at
    const values = scanner.skip()
    if (values === 0) return undefined
    return wanted === 'whole' && this.#keeps(values, path)
      ? scanner.json.toString('utf8', start, scanner.at)
      : ''
  }

  #leaveOut(before: number, path: string): '' | undefined {
    const scanner = this.#scanner
    if (scanner.skip() === 0) return undefined
    const bytes = this.leftOut.get(path)
    if (bytes !== undefined) this.leftOut.set(path, bytes + textBytes(scanner.json, before, scanner.at))
    return ''
  }

  #keeps(values: number, path: string): boolean {
    if (values > this.#most || values > this.#left) {
      this.cut.add(path)
      return false
    }
    this.#left -= values
    return true
  }
}
