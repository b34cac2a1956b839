import { type ApiVersion, storedVersion, type Versions } from '../api-version.ts'
import type { JsonObject } from '../json.ts'
import { keptIn } from '../kept-spec.ts'
import { keptOf } from '../validation/kept-spec.ts'
import { member } from '../validation/path.ts'
import type { Violation } from '../validation/violation.ts'
import { specAnnotation } from '../well-known.ts'
import { isBounded } from './bounds.ts'
import { unsaid } from './unsaid.ts'

/**
 * What is refused of an update in a version that cannot say all of the object: without the annotation that has the rest, all that is
 * in the other version alone would go unasked. Both objects as the version has them. To add such an annotation takes nothing away, nor
 * does it to take one that says the same in other words, 1024Mi for 1Gi.
 */
export function takenSpecViolations(
  before: JsonObject,
  now: JsonObject,
  version: ApiVersion,
  versions: Versions,
): Violation[] {
  const stored = storedVersion(versions)
  const kept = keptOf(before, stored)
  // The stored version can say all that there is.
  if (version.name === stored.name || kept === undefined || keptOf(now, stored) === kept) return []
  if (isSaid(keptIn(kept), stored, version)) return []
  const annotation = specAnnotation(stored)
  const message = `Forbidden: it holds what ${version.name} has no words for, which this update would take away: keep the annotation ${annotation} as it is, or write ${stored.name}`
  return [{ path: member('metadata.annotations', annotation), reason: 'FieldValueForbidden', message }]
}

/** Whether another version has words for all of a spec; of one that is not sound nobody can tell. */
function isSaid(kept: JsonObject | undefined, from: ApiVersion, to: ApiVersion): boolean {
  if (kept === undefined || !isBounded(kept)) return false
  const complete = from.settled(from.withDefaults(kept))
  return from.complete(complete) !== undefined && unsaid(complete, from, to).length === 0
}
