import { isDeepStrictEqual } from 'node:util'
import { isJsonObject, type JsonObject } from '../json.ts'

/**
 * `kept` with what changed from `before` to `after`, member by member; a list is one value, undefined is none. All within the
 * bounds of a conversion (bounds.ts): each level is compared with all that is in it.
 */
export function rebased(kept: unknown, before: unknown, after: unknown): unknown {
  if (isDeepStrictEqual(before, after)) return kept
  if (!isJsonObject(kept) || !isGroup(before) || !isGroup(after)) return after
  const merged = membersOf(kept, before ?? {}, after ?? {})
  return after === undefined && merged.length === 0 ? undefined : Object.fromEntries(merged)
}

/** An object, or none: the same as one without members. */
function isGroup(value: unknown): value is JsonObject | undefined {
  return value === undefined || isJsonObject(value)
}

function membersOf(kept: JsonObject, before: JsonObject, after: JsonObject): [string, unknown][] {
  const names = new Set([...Object.keys(kept), ...Object.keys(after)])
  return [...names].flatMap((name): [string, unknown][] => {
    const value = rebased(own(kept, name), own(before, name), own(after, name))
    return value === undefined ? [] : [[name, value]]
  })
}

function own(object: JsonObject, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined
}
