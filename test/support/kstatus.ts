import { isJsonObject, type JsonObject } from '../../schemas/json.ts'

export type Verdict = 'InProgress' | 'Failed' | 'Current' | 'Terminating'

/**
 * What kubectl's siblings make of an object of a kind that they do not know: the rules of kstatus, in its order. Flux, Helm 4
 * and kustomize-based tools wait by them. cli-utils pkg/kstatus/status: Compute, checkGenericProperties, checkGeneration and
 * checkReadyCondition.
 */
export function kstatus({ metadata, status }: JsonObject): Verdict {
  const { deletionTimestamp, generation } = record(metadata)
  const { observedGeneration, conditions } = record(status)
  if (deletionTimestamp !== undefined) return 'Terminating'
  if (generation !== undefined && observedGeneration !== undefined && observedGeneration !== generation) {
    return 'InProgress'
  }
  const all = Array.isArray(conditions) ? conditions.filter(isJsonObject) : []
  for (const { type, status } of all) {
    if (type === 'Reconciling' && status === 'True') return 'InProgress'
    if (type === 'Stalled' && status === 'True') return 'Failed'
  }
  const ready = all.find(({ type }) => type === 'Ready')
  return ready === undefined || ready.status === 'True' ? 'Current' : 'InProgress'
}

function record(value: unknown): JsonObject {
  return isJsonObject(value) ? value : {}
}
