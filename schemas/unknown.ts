import { isJsonObject } from './json.ts'
import { nearest } from './nearest.ts'
import { member } from './path.ts'
import type { Schema } from './schema.ts'
import type { Violation } from './verdict.ts'

/** Members that the schema does not know, each with the nearest one that it does. */
export function unknownFields(value: unknown, schema: Schema, path: string): Violation[] {
  if (Array.isArray(value)) {
    const { items } = schema
    return items === undefined
      ? []
      : value.flatMap((item, index) => unknownFields(item, items, member(path, index)))
  }
  const { properties } = schema
  if (!isJsonObject(value) || properties === undefined) return []
  return Object.entries(value).flatMap(([key, inner]) => {
    const known = Object.hasOwn(properties, key) ? properties[key] : undefined
    const here = member(path, key)
    return known === undefined ? [unknownField(here, key, properties)] : unknownFields(inner, known, here)
  })
}

function unknownField(path: string, key: string, properties: Readonly<Record<string, Schema>>): Violation {
  const meant = nearest(key, Object.keys(properties))
  const advice = meant === undefined ? '' : `; did you mean ${meant}?`
  return { path, reason: 'FieldValueForbidden', message: `Forbidden: unknown field${advice}` }
}
