import { type Versions, versionOf } from '../api-version.ts'
import { isJsonObject, type JsonObject } from '../json.ts'
import { keptIn } from '../kept-spec.ts'
import type { Warning } from '../validation/violation.ts'
import { specAnnotation } from '../well-known.ts'
import { isBounded } from './bounds.ts'
import { unsoundIn } from './translate.ts'

/**
 * Of annotations in which conversions look for the spec of another version, those in which somebody wrote what is none, all of it or a
 * part. What was in them before the update has been told, or comes from a conversion.
 */
export function ignoredSpecWarnings(
  object: JsonObject,
  stored: JsonObject | undefined,
  versions: Versions,
): Warning[] {
  const [now, before] = [annotationsOf(object), stored && annotationsOf(stored)]
  return Object.values(versions).flatMap((version) => {
    const annotation = specAnnotation(version)
    const text = now[annotation]
    if (text === undefined || text === before?.[annotation]) return []
    if (version.name === versionOf(object.apiVersion, versions)?.name) return []
    const kept = keptIn(text)
    if (kept !== undefined && isBounded(kept) && unsoundIn(kept, version).length === 0) return []
    const { name } = version
    return [
      `annotation ${annotation}: what is not valid ${name} in it is ignored; remove it, or write ${name}`,
    ]
  })
}

function annotationsOf({ metadata }: JsonObject): JsonObject {
  return isJsonObject(metadata) && isJsonObject(metadata.annotations) ? metadata.annotations : {}
}
