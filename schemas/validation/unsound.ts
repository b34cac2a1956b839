import type { Keys } from '../fields.ts'
import { isJsonObject, type JsonObject } from '../json.ts'
import { memberOf, type Schema } from '../schema.ts'
import { holdsDefaults, isDefaulted } from './defaults.ts'

/**
 * The field that a path leads to or into, as the keys to it: spec.tolerations[0].key is in tolerations. That is what gets
 * its default where something in it is unsound: of what an item of a list has to have, and has no default, that is the list. Empty for
 * the spec itself.
 */
export function fieldAt(path: string, schema: Schema): Keys {
  const keys: (string | number)[] = []
  let at: Schema | undefined = schema
  let isEssential = false
  for (const [, name, index] of path.slice('spec'.length).matchAll(/\.(\w+)|\[(\d+)\]/gy)) {
    if (at === undefined || !holdsDefaults(at)) break
    keys.push(name ?? Number(index))
    const within: Schema | undefined = name === undefined ? at.items : memberOf(at, name)
    isEssential =
      name !== undefined &&
      at.required?.includes(name) === true &&
      within !== undefined &&
      !isDefaulted(within)
    at = within
  }
  // Without one of its items a list would have the others in other places.
  const item = keys.findLastIndex((key) => typeof key === 'number')
  return isEssential && item >= 0 ? keys.slice(0, item) : withoutIndices(keys)
}

function withoutIndices(keys: Keys): Keys {
  return keys.slice(0, keys.findLastIndex((key) => typeof key === 'string') + 1)
}

/** The spec without those fields; an object that loses all its members stays as an empty one. Each object is copied once. */
export function without(spec: JsonObject, fields: readonly Keys[]): JsonObject {
  if (fields.length === 0) return spec
  const within = byFirst(fields)
  const left = Object.entries(spec).flatMap(([name, value]): [string, unknown][] => {
    const rests = within.get(name)
    if (rests === undefined) return [[name, value]]
    return rests.some(isWhole) ? [] : [[name, withoutWithin(value, rests)]]
  })
  return Object.fromEntries(left)
}

function withoutWithin(value: unknown, fields: readonly Keys[]): unknown {
  if (!Array.isArray(value)) return isJsonObject(value) ? without(value, fields) : value
  const within = byFirst(fields)
  return value.map((item, index) => withoutWithin(item, within.get(`${index}`) ?? []))
}

/** What is left of the keys behind each first one. */
function byFirst(fields: readonly Keys[]): Map<string, Keys[]> {
  const rests = new Map<string, Keys[]>()
  for (const [first, ...rest] of fields) {
    if (first === undefined) continue
    const known = rests.get(`${first}`)
    if (known === undefined) rests.set(`${first}`, [rest])
    else known.push(rest)
  }
  return rests
}

function isWhole(keys: Keys): boolean {
  return keys.length === 0
}

/** Whether one of the two is the other, or within it; of two items of a list, in any place. */
export function overlapAnywhere(one: Keys, other: Keys): boolean {
  const anywhere = (keys: Keys) => keys.map((key) => (typeof key === 'number' ? 0 : key))
  return overlap(anywhere(one), anywhere(other))
}

/** Whether one of the two is the other, or within it. */
export function overlap(one: Keys, other: Keys): boolean {
  const shared = Math.min(one.length, other.length)
  return one.slice(0, shared).every((key, index) => key === other[index])
}
