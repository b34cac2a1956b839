import { isJsonObject, type JsonObject } from '../json.ts'
import type { Schema } from '../schema.ts'

/**
 * Fills in every field that has a default and is not there, as the API server does from the CRD. Resources have none: they
 * follow from other fields, and would no longer once they were stored (schemas/resources.ts).
 */
export function defaultsOf(schema: Schema): (spec: JsonObject) => JsonObject {
  const members = Object.entries(schema.properties ?? {}).filter(([, member]) => isDefaulted(member))
  const within = new Map(members.map(([name, member]) => [name, completionOf(member)]))
  return (spec) => {
    const complete: Record<string, unknown> = { ...spec }
    for (const [name, fill] of within) {
      const value = fill(Object.hasOwn(spec, name) ? spec[name] : undefined)
      if (value !== undefined) complete[name] = value
    }
    return complete
  }
}

/** Whether a member that is left out gets a value, or one that is there more in it than was written. */
export function isDefaulted(schema: Schema): boolean {
  return schema.default !== undefined || holdsDefaults(schema)
}

/** Whether something within has a default: such an object is a group of fields, and not the value of one. */
export function holdsDefaults({ properties = {}, items }: Schema): boolean {
  return Object.values(properties).some(isDefaulted) || (items !== undefined && holdsDefaults(items))
}

/** What becomes of a value, or of none. */
function completionOf(schema: Schema): (value: unknown) => unknown {
  const { default: missing, items } = schema
  if (!holdsDefaults(schema)) return (value) => (value === undefined ? missing : value)
  if (items !== undefined) {
    const item = completionOf(items)
    return (value = missing) => (Array.isArray(value) ? value.map(item) : value)
  }
  const complete = defaultsOf(schema)
  return (value = {}) => (isJsonObject(value) ? complete(value) : value)
}
