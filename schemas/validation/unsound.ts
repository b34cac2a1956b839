import type { Keys } from '../fields.ts'
import { isJsonObject, type JsonObject } from '../json.ts'
import { memberOf, type Schema } from '../schema.ts'
import { holdsDefaults } from './defaults.ts'

/**
 * The field that a path leads to or into, as the keys to it: spec.tolerations[0].key is in tolerations. That is what gets
 * its default where something in it is unsound. Empty for the spec itself.
 */
export function fieldAt(path: string, schema: Schema): Keys {
  const keys: (string | number)[] = []
  let at: Schema | undefined = schema
  for (const [, name, index] of path.slice('spec'.length).matchAll(/\.(\w+)|\[(\d+)\]/gy)) {
    if (at === undefined || !holdsDefaults(at)) break
    keys.push(name ?? Number(index))
    at = name === undefined ? at.items : memberOf(at, name)
  }
  // Without one of its items a list would have the others in other places.
  while (typeof keys.at(-1) === 'number') keys.pop()
  return keys
}

/** The spec without those fields; an object that loses all its members stays as an empty one. */
export function without(spec: JsonObject, fields: readonly Keys[]): JsonObject {
  return fields.reduce(withoutField, spec)
}

function withoutField(object: JsonObject, [first, ...rest]: Keys): JsonObject {
  if (first === undefined || !Object.hasOwn(object, first)) return object
  const { [first]: value, ...others } = object
  return rest.length === 0 ? others : { ...others, [first]: withoutWithin(value, rest) }
}

function withoutWithin(value: unknown, keys: Keys): unknown {
  const [first, ...rest] = keys
  if (!Array.isArray(value)) return isJsonObject(value) ? withoutField(value, keys) : value
  return value.map((item, index) => (index === first ? withoutWithin(item, rest) : item))
}

/** Whether one of the two is the other, or within it. */
export function overlap(one: Keys, other: Keys): boolean {
  const shared = Math.min(one.length, other.length)
  return one.slice(0, shared).every((key, index) => key === other[index])
}
