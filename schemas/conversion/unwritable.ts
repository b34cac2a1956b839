import type { ApiVersion } from '../api-version.ts'
import { type Field, withValue } from '../fields.ts'
import type { JsonObject } from '../json.ts'

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
