import type { Schema } from '../schema.ts'

/** What a field allows besides its type, as prose; empty when that is everything. */
export function rangeInWords(schema: Schema): string {
  const { minimum, maximum, maxLength, maxItems, maxProperties } = schema
  const words = schema['x-allowed']
  if (words !== undefined) return words
  if (maximum !== undefined) return `${minimum} to ${maximum}`
  if (maxItems !== undefined) return `at most ${maxItems}`
  if (maxProperties !== undefined) return `at most ${maxProperties}`
  return maxLength === undefined ? '' : `at most ${maxLength} characters`
}
