import { isDeepStrictEqual } from 'node:util'
import { storedVersion, type Versions, versionOf } from '../api-version.ts'
import type { JsonObject } from '../json.ts'
import { VERSIONS } from '../versions.ts'
import { accessText } from './access.ts'
import { keptOf } from './kept-spec.ts'

/**
 * Whether an update leaves the spec as it is stored. Such an update is always allowed, so that an object that was valid
 * once can still be labelled, annotated or released. The API server has filled in the same defaults in both.
 * What a conversion kept of it in an annotation is part of it: in the version that is stored, it would be another spec. So is who may
 * connect, where an annotation says so.
 */
export function specUnchanged(
  object: JsonObject,
  stored: JsonObject,
  versions: Versions = VERSIONS,
): boolean {
  if (!isDeepStrictEqual(object.spec, stored.spec) || hasNewAccess(object, stored)) return false
  const to = storedVersion(versions)
  const version = versionOf(object.apiVersion, versions) ?? to
  return version.name === to.name || keptOf(object, to) === keptOf(stored, to)
}

/** To take the annotation away leaves nothing to be judged. */
function hasNewAccess(object: JsonObject, stored: JsonObject): boolean {
  const text = accessText(object.metadata)
  return text !== undefined && text !== accessText(stored.metadata)
}
