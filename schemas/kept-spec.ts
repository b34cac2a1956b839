import { isJsonObject, type JsonObject } from './json.ts'

/** Bytes of a spec that a conversion keeps in an annotation (well-known.ts, specAnnotation). */
export const LONGEST_KEPT = 64 * 1024

/** What such an annotation holds; undefined for what is no spec: anybody can write any text there. */
export function keptIn(text: unknown): JsonObject | undefined {
  if (typeof text !== 'string' || text.length > LONGEST_KEPT) return undefined
  try {
    const kept: unknown = JSON.parse(text)
    return isJsonObject(kept) ? kept : undefined
  } catch {
    return undefined
  }
}
