import { type ApiVersion, storedVersion, type Versions, versionOf } from './api-version.ts'
import { isJsonObject, type JsonObject } from './json.ts'
import { VERSIONS } from './versions.ts'
import { MANAGED_BY } from './well-known.ts'

/**
 * The version in which somebody last wrote the spec of a stored object, whose names of fields they know: all that is said to
 * them uses those. The stored one where the API server does not tell, or tells of one that is not served.
 */
export function writtenVersion(metadata: unknown, versions: Versions = VERSIONS): ApiVersion {
  return versionOf(specWriting(metadata)?.apiVersion, versions) ?? storedVersion(versions)
}

/** What of managedFields {@link writtenVersion} reads, for a copy that has no room for the rest. */
export function specWriting(metadata: unknown): JsonObject | undefined {
  const managedFields = isJsonObject(metadata) ? metadata.managedFields : undefined
  if (!Array.isArray(managedFields)) return undefined
  const all = managedFields.filter(isJsonObject).filter(isOfSpec)
  // What the operator rewrites, in whichever version, nobody wrote.
  const others = all.filter(({ manager }) => manager !== MANAGED_BY)
  const writings = others.length > 0 ? others : all
  // RFC 3339 in UTC, without fractions: later is greater. Of two in the same second the API server lists the later kind last.
  const last = writings.reduce<JsonObject | undefined>(
    (latest, one) => (latest === undefined || timeOf(one) >= timeOf(latest) ? one : latest),
    undefined,
  )
  return last && { apiVersion: last.apiVersion, fieldsV1: { 'f:spec': {} } }
}

/** Through a subresource, /scale for instance, nobody names a field. */
function isOfSpec({ subresource, fieldsV1 }: JsonObject): boolean {
  return !subresource && isJsonObject(fieldsV1) && isJsonObject(fieldsV1['f:spec'])
}

function timeOf({ time }: JsonObject): string {
  return typeof time === 'string' ? time : ''
}
