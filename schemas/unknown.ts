import { isJsonObject } from './json.ts'
import { nearest } from './nearest.ts'
import { type Place, pathOf } from './path.ts'
import type { Schema } from './schema.ts'
import type { Violation } from './verdict.ts'

/** Members that the schema does not know, each with the nearest one that it does. */
export function unknownFields(value: unknown, schema: Schema, place: Place): Violation[] {
  if (Array.isArray(value)) {
    const { items } = schema
    return items === undefined
      ? []
      : value.flatMap((item, index) => unknownFields(item, items, { within: place, key: index }))
  }
  const { properties } = schema
  if (!isJsonObject(value) || properties === undefined) return []
  return Object.entries(value).flatMap(([key, inner]) => {
    const known = Object.hasOwn(properties, key) ? properties[key] : undefined
    const here = { within: place, key }
    return known === undefined
      ? [unknownField(pathOf(here), key, properties)]
      : unknownFields(inner, known, here)
  })
}

function unknownField(path: string, key: string, properties: Readonly<Record<string, Schema>>): Violation {
  const meant = nearest(key, Object.keys(properties))
  const advice = meant === undefined ? '' : `; did you mean ${meant}?`
  return { path, reason: 'FieldValueForbidden', message: `Forbidden: unknown field${advice}` }
}
