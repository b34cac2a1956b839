import { isJsonObject } from '../json.ts'
import { memberOf, type Schema } from '../schema.ts'

/**
 * Leaves out members that are null, which is how the API server reads them: no field here is nullable
 * (apiextensions-apiserver pkg/apiserver/schema/defaulting/prunenulls.go). What the schema does not know stays as it is.
 */
export function withoutNulls(value: unknown, schema: Schema): unknown {
  return holdsNull(value) ? pruned(value, schema) : value
}

/** Whether it has a null anywhere. Almost no object has, and one without need not be copied. */
function holdsNull(value: unknown): boolean {
  if (typeof value !== 'object') return false
  return value === null || Object.values(value).some(holdsNull)
}

function pruned(value: unknown, schema: Schema): unknown {
  const { items } = schema
  if (Array.isArray(value)) return items === undefined ? value : value.map((item) => pruned(item, items))
  if (!isJsonObject(value)) return value
  const entries = Object.entries(value).flatMap(([key, inner]): [string, unknown][] => {
    const known = memberOf(schema, key)
    if (known === undefined) return [[key, inner]]
    return inner === null ? [] : [[key, pruned(inner, known)]]
  })
  return Object.fromEntries(entries)
}
