import type { JsonObject } from '../../schemas/json.ts'

/** The query parameter that selects what has all these labels. */
export function labelSelector(labels: JsonObject): string {
  return Object.entries(labels)
    .map(([label, value]) => `${label}=${value}`)
    .join(',')
}
