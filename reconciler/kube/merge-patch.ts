import { isDeepStrictEqual } from 'node:util'
import { isJsonObject, type JsonObject } from '../../schemas/json.ts'

/** The RFC 7386 patch that turns one object into the other, lists taken as a whole; undefined when they are equal. */
export function mergePatch(from: JsonObject, to: JsonObject): JsonObject | undefined {
  const patch: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(to)) {
    const before = from[key]
    if (isJsonObject(value) && isJsonObject(before)) {
      const below = mergePatch(before, value)
      if (below !== undefined) patch[key] = below
    } else if (!isDeepStrictEqual(value, before)) patch[key] = value
  }
  for (const key of Object.keys(from)) if (!Object.hasOwn(to, key)) patch[key] = null
  return Object.keys(patch).length === 0 ? undefined : patch
}
