import { isDeepStrictEqual } from 'node:util'
import type { JsonObject } from '../json.ts'

/**
 * Whether an update leaves the spec as it is stored. Such an update is always allowed, so that an object that was valid
 * once can still be labelled, annotated or released. The API server has filled in the same defaults in both.
 */
export function specUnchanged(object: JsonObject, stored: JsonObject): boolean {
  return isDeepStrictEqual(object.spec, stored.spec)
}
