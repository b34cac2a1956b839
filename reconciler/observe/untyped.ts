import type { EpochMs } from '../../process/clock.ts'
import { isJsonObject, type JsonObject } from '../../schemas/json.ts'

// What an object of the API may lack is optional everywhere; each of these reads it as nothing.

export function record(value: unknown): JsonObject {
  return isJsonObject(value) ? value : {}
}

export function records(value: unknown): JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : []
}

export function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

export function count(value: unknown): number {
  return typeof value === 'number' ? value : 0
}

/** Of an RFC 3339 time; undefined for anything else. */
export function time(value: unknown): EpochMs | undefined {
  const ms = typeof value === 'string' ? Date.parse(value) : Number.NaN
  return Number.isNaN(ms) ? undefined : ms
}
