import type { ApiVersion } from '../api-version.ts'
import { isJsonObject, type JsonObject } from '../json.ts'
import { keptIn, LONGEST_KEPT } from '../kept-spec.ts'
import { specAnnotation } from '../well-known.ts'
import type { Violation } from './violation.ts'

/** The text that keeps the spec of a version; undefined where none does. */
export function keptOf({ metadata }: JsonObject, version: ApiVersion): unknown {
  const annotations = isJsonObject(metadata) ? metadata.annotations : undefined
  const text = isJsonObject(annotations) ? annotations[specAnnotation(version)] : undefined
  return keptIn(text) === undefined ? undefined : text
}

/** One that a conversion could not keep would lose, in another version, what that has no words for. */
export function longSpec(spec: JsonObject, { limitsLength }: ApiVersion): Violation[] {
  // Nearly all are a few hundred bytes, and to write one as JSON takes longer than all rules together.
  const bytes = limitsLength && mostBytes(spec) > LONGEST_KEPT ? Buffer.byteLength(JSON.stringify(spec)) : 0
  if (bytes <= LONGEST_KEPT) return []
  const message = `Invalid value: an object of ${bytes} bytes as JSON: must have at most ${LONGEST_KEPT}, so that other versions of the API can carry it; make it shorter, or divide it among several Mcrouters`
  return [{ path: 'spec', reason: 'FieldValueInvalid', message }]
}

/** What an escaped UTF-16 unit has, and more than any number, `false` and `null` do. */
const BYTES = { unit: 6, plain: 25 }

/** As JSON it has no more than this. */
function mostBytes(value: unknown): number {
  if (typeof value === 'string') return 2 + value.length * BYTES.unit
  let bytes = 2
  if (isJsonObject(value)) {
    for (const name in value) bytes += 4 + name.length * BYTES.unit + mostBytes(value[name])
  } else if (Array.isArray(value)) {
    for (const item of value) bytes += 1 + mostBytes(item)
  } else bytes = BYTES.plain
  return bytes
}
