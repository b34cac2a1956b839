import { CLOSING, COMMA, JsonScanner, LIST_CLOSING, LIST_OPENING, OPENING } from './json-scanner.ts'

/** Where a value is in a text of JSON, and how much it holds. */
export interface Span {
  readonly start: number
  readonly end: number
  /** At most, itself included. */
  readonly values: number
  /** Lists and objects in each other. */
  readonly depth: number
}

/** A member of an object: where its value is. */
export interface Member extends Span {
  /** From its name to the value's end. */
  readonly whole: Pick<Span, 'start' | 'end'>
}

/**
 * Those of an object's members that have one of these names in ASCII; of two of a name the last, as for JSON.parse. A name that
 * is written with escapes is none of them; Go's encoder escapes no letter.
 * @param start where the object begins
 * @returns undefined when there is no object, or not all of one
 */
export function membersAt(
  json: Buffer,
  start: number,
  names: readonly string[],
): ReadonlyMap<string, Member> | undefined {
  const scanner = new JsonScanner(json, start)
  const found = new Map<string, Member>()
  if (!scanner.passes(OPENING)) return undefined
  if (scanner.passes(CLOSING)) return found
  const lengths = new Set(names.map(({ length }) => length))
  do {
    scanner.next()
    const from = scanner.at
    const name = scanner.name(lengths)
    if (name === undefined) return undefined
    const value = spanAt(scanner)
    if (value === undefined) return undefined
    if (names.includes(name)) found.set(name, { ...value, whole: { start: from, end: value.end } })
  } while (scanner.passes(COMMA))
  return scanner.passes(CLOSING) ? found : undefined
}

/** Every item of the list that begins there; undefined when there is no list, or not all of one, or more items than `most`. */
export function itemsAt(json: Buffer, start: number, most: number): readonly Span[] | undefined {
  const scanner = new JsonScanner(json, start)
  const items: Span[] = []
  if (!scanner.passes(LIST_OPENING)) return undefined
  if (scanner.passes(LIST_CLOSING)) return items
  do {
    const item = spanAt(scanner)
    if (item === undefined || items.length === most) return undefined
    items.push(item)
  } while (scanner.passes(COMMA))
  return scanner.passes(LIST_CLOSING) ? items : undefined
}

function spanAt(scanner: JsonScanner): Span | undefined {
  scanner.next()
  const start = scanner.at
  const values = scanner.skip()
  return values === 0 || scanner.at === start
    ? undefined
    : { start, end: scanner.at, values, depth: scanner.depth }
}
