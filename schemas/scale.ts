import { isJsonObject, type JsonObject } from './json.ts'
import { resizeWarning } from './moved.ts'
import { quote } from './quote.ts'
import { POOL_SIZE } from './v1alpha3.ts'
import type { Violation, Warning } from './verdict.ts'

export type ScaleJudgement =
  | { readonly accepted: true; readonly warnings: readonly Warning[] }
  | { readonly accepted: false; readonly violations: readonly Violation[] }

const { minimum: LEAST, maximum: MOST } = POOL_SIZE

/**
 * Judges what `kubectl scale` and autoscalers send: an autoscaling/v1 Scale, whose replicas are the memcached servers.
 * @param stored the Scale before
 */
export function judgeScale(scale: JsonObject, stored?: JsonObject): ScaleJudgement {
  const wanted = replicasOf(scale)
  if (typeof wanted !== 'number' || !Number.isInteger(wanted) || wanted < LEAST || wanted > MOST) {
    const message = `Invalid value: ${quote(wanted)}: a pool has from ${LEAST} to ${MOST} memcached servers; delete the Mcrouter to have none`
    return { accepted: false, violations: [{ path: 'spec.replicas', reason: 'FieldValueInvalid', message }] }
  }
  const before = stored === undefined ? undefined : replicasOf(stored)
  const warning = typeof before === 'number' && before > 0 ? resizeWarning(before, wanted) : undefined
  return { accepted: true, warnings: warning === undefined ? [] : [warning] }
}

/** A Scale leaves replicas out when they are 0 (k8s.io/api/autoscaling/v1: omitempty). */
function replicasOf({ spec }: JsonObject): unknown {
  return isJsonObject(spec) ? (spec.replicas ?? 0) : 0
}
