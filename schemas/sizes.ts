import { isJsonObject } from './json.ts'
import { type Place, pathOf } from './path.ts'
import { quote } from './quote.ts'
import { memberOf, type Schema } from './schema.ts'
import type { Violation } from './verdict.ts'

/**
 * Texts, lists and maps that are larger than the schema allows. Looked for before anything else, so that the work of the
 * other checks, and the number of their answers, is bounded.
 */
export function oversized(value: unknown, schema: Schema, place: Place): Violation[] {
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
      : value.flatMap((item, index) => oversized(item, items, { within: place, key: index }))
  }
  if (!isJsonObject(value)) return []
  return Object.entries(value).flatMap(([key, inner]) => {
    const known = memberOf(schema, key)
    return known === undefined ? [] : oversized(inner, known, { within: place, key })
  })
}

/** Undefined as well for a value of another type than the schema's, which is another check's to say. */
function complaintOf(value: unknown, schema: Schema): string | undefined {
  if (typeof value === 'string') return beyond([...value].length, schema.maxLength, 'characters')
  if (Array.isArray(value)) return beyond(value.length, schema.maxItems ?? 0, 'items')
  if (isJsonObject(value)) return beyond(Object.keys(value).length, schema.maxProperties, 'entries')
  return undefined
}

function beyond(size: number, most: number | undefined, what: string): string | undefined {
  if (most === undefined || size <= most) return undefined
  return `must have at most ${most} ${what}, has ${size}`
}
