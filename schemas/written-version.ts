import { type ApiVersion, storedVersion, type Versions, versionOf } from './api-version.ts'
import { type Field, type Keys, specWith, valueAt } from './fields.ts'
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

/**
 * The version in which somebody last wrote how the main pool is laid out, as far as the API server tells: whoever writes something else
 * in another version says nothing of that.
 */
export function layoutVersion(metadata: unknown, versions: Versions = VERSIONS): ApiVersion {
  const writing = lastOf(writingsOf(metadata).filter((one) => isOfLayout(one, versions)))
  return versionOf(writing?.apiVersion, versions) ?? writtenVersion(metadata, versions)
}

/** What of managedFields all this reads, for a copy that has no room for the rest; empty where it would be without. */
export function specWritings(metadata: unknown, versions: Versions = VERSIONS): JsonObject[] {
  const stored = storedVersion(versions)
  const last = specWriting(metadata)?.apiVersion ?? stored.apiVersion
  const layout = layoutVersion(metadata, versions)
  const writings = [{ apiVersion: last, fieldsV1: { 'f:spec': {} } }]
  if (layout.apiVersion === last) return last === stored.apiVersion ? [] : writings
  const owned = ownedKeys(layout.keysOf('pool.shards'))
  return [{ apiVersion: layout.apiVersion, fieldsV1: specWith(owned, {}) }, ...writings]
}

function specWriting(metadata: unknown): JsonObject | undefined {
  return lastOf(writingsOf(metadata))
}

/** By everybody but the operator, unless nobody else has: what that rewrites, in whichever version, nobody wrote. */
function writingsOf(metadata: unknown): JsonObject[] {
  const managedFields = isJsonObject(metadata) ? metadata.managedFields : undefined
  if (!Array.isArray(managedFields)) return []
  const all = managedFields.filter(isJsonObject).filter(isOfSpec)
  const others = all.filter(({ manager }) => manager !== MANAGED_BY)
  return others.length > 0 ? others : all
}

/** RFC 3339 in UTC, without fractions: later is greater. Of two in the same second the API server lists the later kind last. */
function lastOf(writings: readonly JsonObject[]): JsonObject | undefined {
  return writings.reduce<JsonObject | undefined>(
    (latest, one) => (latest === undefined || timeOf(one) >= timeOf(latest) ? one : latest),
    undefined,
  )
}

const LAYOUT: readonly Field[] = ['pool.topology', 'pool.shards', 'pool.copies', 'pool.external']

/** Also in a deprecated spelling. */
function isOfLayout({ apiVersion, fieldsV1 }: JsonObject, versions: Versions): boolean {
  const version = versionOf(apiVersion, versions)
  if (version === undefined) return false
  const fields = [...LAYOUT.map((field) => version.keysOf(field)), version.scaled].filter(
    (keys) => keys !== undefined,
  )
  const aliases = Object.entries(version.aliases).flatMap(([alias, name]) =>
    fields.some((keys) => keys.join('.') === name) ? [alias.split('.')] : [],
  )
  return [...fields, ...aliases].some((keys) => valueAt(fieldsV1, ownedKeys(keys)) !== undefined)
}

/** As managedFields have them. */
function ownedKeys(keys: Keys | undefined): Keys {
  return ['spec', ...(keys ?? [])].map((key) => `f:${key}`)
}

/** Through a subresource, /scale for instance, nobody names a field. */
function isOfSpec({ subresource, fieldsV1 }: JsonObject): boolean {
  return !subresource && isJsonObject(fieldsV1) && isJsonObject(fieldsV1['f:spec'])
}

function timeOf({ time }: JsonObject): string {
  return typeof time === 'string' ? time : ''
}
