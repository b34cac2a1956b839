import { isJsonObject, type JsonObject } from '../json.ts'

/**
 * The same JSON Schema, in which an object that it describes in several places, such as the settings of a pod, is described
 * once, in `$defs`. ajv makes a function of each definition, and writes all else into a single one, which would be too long for
 * V8 to optimise (60 KB of bytecode: `node --v8-options`, max-optimized-bytecode-size).
 */
export function withDefinitions(schema: JsonObject): JsonObject {
  const seen = new Set<string>()
  const repeated = new Map<string, { readonly name: string; readonly schema: JsonObject }>()
  const find = (value: unknown): void => {
    if (isDescription(value)) {
      const text = JSON.stringify(value)
      if (seen.has(text)) {
        repeated.set(text, { name: repeated.get(text)?.name ?? `object${repeated.size}`, schema: value })
        return
      }
      seen.add(text)
    }
    for (const member of membersOf(value)) find(member)
  }
  find(schema)
  const referring = (value: unknown): unknown => {
    const definition = isDescription(value) ? repeated.get(JSON.stringify(value)) : undefined
    return definition === undefined ? mapped(value, referring) : { $ref: `#/$defs/${definition.name}` }
  }
  const definitions = [...repeated.values()].map((one) => [one.name, mapped(one.schema, referring)])
  return {
    ...Object.fromEntries(Object.entries(schema).map(([name, member]) => [name, referring(member)])),
    $defs: Object.fromEntries(definitions),
  }
}

/** Of an object with named members. */
function isDescription(value: unknown): value is JsonObject {
  return isJsonObject(value) && isJsonObject(value.properties) && value.type === 'object'
}

function membersOf(value: unknown): readonly unknown[] {
  return typeof value === 'object' && value !== null ? Object.values(value) : []
}

function mapped(value: unknown, of: (member: unknown) => unknown): unknown {
  if (Array.isArray(value)) return value.map(of)
  if (!isJsonObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, of(member)]))
}
