import type { JsonObject } from '../../schemas/json.ts'

const CIRCUMSTANCES = [
  'uid',
  'resourceVersion',
  'creationTimestamp',
  'managedFields',
  'clusterIP',
  'clusterIPs',
  'status',
]

/** What two runs of the same have in common; `None` is no address that was given out, but one that was asked for. */
export function withoutCircumstances(object: JsonObject, ...more: readonly string[]): JsonObject {
  const omitted = new Set([...CIRCUMSTANCES, ...more])
  const text = JSON.stringify(object, (key, value) =>
    omitted.has(key) && value !== 'None' ? undefined : value,
  )
  return JSON.parse(text)
}
