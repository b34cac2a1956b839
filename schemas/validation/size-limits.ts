import { quote } from '../../text/quote.ts'
import { isJsonObject } from '../json.ts'
import { memberOf, type Schema } from '../schema.ts'
import { type Place, pathOf } from './path.ts'
import type { Violation } from './violation.ts'

/**
 * Texts, lists and maps that are larger than the schema allows. Looked for before anything else, so that the work of the
 * other checks, and the number of their answers, is bounded.
 */
export function oversized(value: unknown, schema: Schema, place: Place): Violation[] {
  return fits(value, schema) ? [] : search(value, schema, place)
}

/** Asked first: almost every value fits, and the search below makes a chain of places for each value in it. */
function fits(value: unknown, schema: Schema): boolean {
  if (complaintOf(value, schema) !== undefined) return false
  if (Array.isArray(value)) {
    const { items } = schema
    return items === undefined || value.every((item) => fits(item, items))
  }
  if (!isJsonObject(value)) return true
  return Object.keys(value).every((key) => {
    const known = memberOf(schema, key)
    return known === undefined || fits(value[key], known)
  })
}

function search(value: unknown, schema: Schema, place: Place): Violation[] {
  const complaint = complaintOf(value, schema)
  if (complaint !== undefined) {
    return [
      {
        path: pathOf(place),
        reason: 'FieldValueInvalid',
        message: `Invalid value: ${quote(value)}: ${complaint}`,
      },
    ]
  }
  const { items } = schema
  if (Array.isArray(value)) {
    return items === undefined
      ? []
      : value.flatMap((item, index) => search(item, items, { within: place, key: index }))
  }
  if (!isJsonObject(value)) return []
  return Object.entries(value).flatMap(([key, inner]) => {
    const known = memberOf(schema, key)
    return known === undefined ? [] : search(inner, known, { within: place, key })
  })
}

/** Undefined as well for a value of another type than the schema's, which is another check's to say. */
function complaintOf(value: unknown, schema: Schema): string | undefined {
  if (typeof value === 'string') return beyond(charactersOf(value, schema), schema.maxLength, 'characters')
  if (Array.isArray(value)) return beyond(value.length, schema.maxItems, 'items')
  if (isJsonObject(value) && schema.maxProperties !== undefined)
    return beyond(Object.keys(value).length, schema.maxProperties, 'entries')
  return undefined
}

/**
 * Counted one by one only where it matters: there are never more characters than code units. Without a list of them, which
 * would take ten times the memory of the text; in one that is Unicode (unsafe-values.ts) each pair ends with a low surrogate.
 */
function charactersOf(text: string, { maxLength = Number.POSITIVE_INFINITY }: Schema): number {
  if (text.length <= maxLength) return text.length
  let characters = text.length
  for (let at = 0; at < text.length; at += 1) {
    if ((text.charCodeAt(at) & 0xfc00) === 0xdc00) characters -= 1
  }
  return characters
}

function beyond(size: number, most: number | undefined, what: string): string | undefined {
  if (most === undefined || size <= most) return undefined
  return `must have at most ${most} ${what}, has ${size}`
}
