import { isJsonObject, type JsonObject } from './json.ts'
import { keptIn } from './kept-spec.ts'
import { specAnnotation } from './well-known.ts'
import { writtenVersion } from './written-version.ts'

/**
 * The annotation in which a conversion has kept deprecated names of the version in which an object was written, and those names
 * without their values; undefined where all are current. It reads the same of its own answer, for a copy that has no room for the rest.
 */
export function keptSpelling(metadata: unknown): Readonly<Record<string, string>> | undefined {
  const annotations = isJsonObject(metadata) ? metadata.annotations : undefined
  if (!isJsonObject(annotations)) return undefined
  const version = writtenVersion(metadata)
  const annotation = specAnnotation(version)
  const kept: JsonObject = keptIn(annotations[annotation]) ?? {}
  const names = Object.keys(version.aliases).filter((alias) => Object.hasOwn(kept, alias))
  if (names.length === 0) return undefined
  return { [annotation]: JSON.stringify(Object.fromEntries(names.map((name) => [name, true]))) }
}
