import { quote } from '../../text/quote.ts'
import { type ApiVersion, storedVersion, type Versions, versionOf } from '../api-version.ts'
import { type Field, valueAt, withValue } from '../fields.ts'
import { isJsonObject, type JsonObject } from '../json.ts'
import type { Violation } from '../validation/violation.ts'

/** Texts of which every version has a few values or a pattern: whoever writes one that is none of them is told what it was. */
const TEXTS: readonly Field[] = ['routers.release', 'routers.image', 'pool.image']

/**
 * Not to be written back, since what `to` cannot say would be gone then: a text where there can be none such is refused, by the API
 * server and by admission, and says itself what to do.
 * @param why as a sentence
 */
export function unwritable(spec: JsonObject, to: ApiVersion, why: string): JsonObject {
  return TEXTS.reduce((whole, field) => withValue(whole, to.keysOf(field) ?? [], why), spec)
}

/** Stands in for a spec that no conversion has read: refused as well, so that nothing acts on it. */
export function unread(to: ApiVersion, why: string): JsonObject {
  return unwritable(to.withDefaults({}), to, why)
}

/** Why: of what a conversion reads and keeps only up to a size. */
export function tooLarge(from: ApiVersion, to: ApiVersion): string {
  return `too large for ${to.name}: read and write ${from.name}`
}

/** Why a spec is such a one; undefined for one that is not, or no longer. No sound one has the same text in all of these places. */
export function unwritableReason(spec: unknown, version: ApiVersion): string | undefined {
  if (!isJsonObject(spec)) return undefined
  const [first, ...others] = TEXTS.map((field) => valueAt(spec, version.keysOf(field) ?? []))
  return typeof first === 'string' && others.every((text) => text === first) ? first : undefined
}

/**
 * What is refused of any update through a version in which the object is not whole: a new label would have what was seen stored in
 * its place. Who writes the version that is stored may write the spec anew.
 */
export function unwritableViolations(before: JsonObject, now: JsonObject, versions: Versions): Violation[] {
  const version = versionOf(now.apiVersion, versions)
  const why = version && unwritableReason(before.spec, version)
  if (version === undefined || why === undefined) return []
  if (version.storage && unwritableReason(now.spec, version) === undefined) return []
  const next = version.storage ? 'write the whole spec anew' : `write ${storedVersion(versions).name}`
  const message = `Forbidden: the spec could not be converted to ${version.name} (${quote(why)}), and this update would store what is left of it: ${next}`
  return [{ path: 'spec', reason: 'FieldValueForbidden', message }]
}
