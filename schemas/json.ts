/** Parsed JSON of which nothing is known yet. */
export type JsonObject = { readonly [key: string]: unknown }

/** Neither a list nor null is one. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
