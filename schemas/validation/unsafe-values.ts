import { isJsonObject } from '../json.ts'
import { type Place, pathOf } from './path.ts'
import type { Violation } from './violation.ts'

/** The deepest known field is four levels down; a newer API's may be deeper, no honest one this deep. */
const DEPTH = 32
/** Violations told at most: more of them tell a reader nothing. */
const MOST = 20

/**
 * What no spec may hold at whatever place, known field or not: a key that reaches an object's prototype when assigned,
 * text that is no Unicode (JSON readers replace half a surrogate pair, so that what is stored is not what was judged),
 * control characters in a key, numbers beyond a double, and nesting without end.
 */
export function hazards(value: unknown, place: Place): Violation[] {
  if (isHarmless(value, DEPTH)) return []
  const found: Violation[] = []
  search(value, place, DEPTH, found)
  return found
}

/** Asked first: almost every spec is, and the search below makes a chain of places for each value in it. */
function isHarmless(value: unknown, levels: number): boolean {
  if (typeof value === 'string') return value.isWellFormed()
  if (typeof value === 'number') return Number.isFinite(value)
  if (typeof value !== 'object' || value === null) return true
  if (levels === 0) return false
  if (Array.isArray(value)) return value.every((item) => isHarmless(item, levels - 1))
  if (!isJsonObject(value)) return false
  return Object.keys(value).every(
    (key) => key !== '__proto__' && isPrintable(key) && isHarmless(value[key], levels - 1),
  )
}

function search(value: unknown, place: Place, levels: number, found: Violation[]): void {
  if (found.length >= MOST) return
  if (typeof value === 'string') demand(value.isWellFormed(), place, NO_UNICODE, found)
  if (typeof value === 'number') demand(Number.isFinite(value), place, 'the number is too large', found)
  if (typeof value !== 'object' || value === null) return
  if (levels === 0) {
    demand(false, place, `it is nested more than ${DEPTH} levels deep`, found)
    return
  }
  for (const [key, inner] of Object.entries(value)) {
    const here = { within: place, key: Array.isArray(value) ? Number(key) : key }
    demand(key !== '__proto__', here, 'no field or label can have this name', found)
    demand(isPrintable(key), here, 'the name of a field must be printable text', found)
    search(inner, here, levels - 1, found)
  }
}

const NO_UNICODE = 'half of a surrogate pair is no Unicode text; write the whole character'
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/

function isPrintable(key: string): boolean {
  return key.isWellFormed() && !CONTROL.test(key)
}

function demand(isFine: boolean, place: Place, complaint: string, found: Violation[]): void {
  if (!isFine)
    found.push({ path: pathOf(place), reason: 'FieldValueInvalid', message: `Invalid value: ${complaint}` })
}
