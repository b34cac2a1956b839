import { isJsonObject } from './json.ts'
import { nearest } from './nearest.ts'
import { type Place, pathOf } from './path.ts'
import type { Schema } from './schema.ts'
import type { Violation } from './verdict.ts'

/** More than a reader is told; for the rest the nearest known field is not looked for, which takes far longer than finding them. */
const COMPARED = 100

/** Members that the schema does not know, each with the nearest one that it does. */
export function unknownFields(value: unknown, schema: Schema, place: Place): Violation[] {
  return unknownIn(value, schema, place).map(({ place, key, known }, index) => {
    const meant = index < COMPARED ? nearest(key, known) : undefined
    const advice = meant === undefined ? '' : `; did you mean ${meant}?`
    return {
      path: pathOf(place),
      reason: 'FieldValueForbidden',
      message: `Forbidden: unknown field${advice}`,
    }
  })
}

interface Unknown {
  readonly place: Place
  readonly key: string
  /** The members that could be there instead. */
  readonly known: readonly string[]
}

function unknownIn(value: unknown, schema: Schema, place: Place): Unknown[] {
  if (Array.isArray(value)) {
    const { items } = schema
    if (items === undefined) return []
    return value.flatMap((item, index) => unknownIn(item, items, { within: place, key: index }))
  }
  const { properties } = schema
  if (!isJsonObject(value) || properties === undefined) return []
  const known = Object.keys(properties)
  return Object.entries(value).flatMap(([key, inner]) => {
    const here = { within: place, key }
    const property = Object.hasOwn(properties, key) ? properties[key] : undefined
    return property === undefined ? [{ place: here, key, known }] : unknownIn(inner, property, here)
  })
}
