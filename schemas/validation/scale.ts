import { quote } from '../../text/quote.ts'
import { isJsonObject, type JsonObject } from '../json.ts'
import { POOL_SIZE } from '../pool-size.ts'
import { TOPOLOGIES } from '../topologies.ts'
import { STORED } from '../versions.ts'
import { MAY_COME_BACK, resizeWarning } from './resize-warning.ts'
import type { Violation, Warning } from './violation.ts'

export type ScaleJudgement =
  | { readonly accepted: true; readonly warnings: readonly Warning[] }
  | { readonly accepted: false; readonly violations: readonly Violation[] }

const { minimum: LEAST, maximum: MOST } = POOL_SIZE

/**
 * Judges what `kubectl scale` and autoscalers send: an autoscaling/v1 Scale, whose replicas are the memcached servers.
 * @param stored the Scale before
 */
export function judgeScale(scale: JsonObject, stored?: JsonObject, { fieldPath } = STORED): ScaleJudgement {
  const wanted = replicasOf(scale)
  if (typeof wanted !== 'number' || !Number.isInteger(wanted) || wanted < LEAST || wanted > MOST) {
    const message = `Invalid value: ${quote(wanted)}: a pool has from ${LEAST} to ${MOST} memcached servers${wanted === 0 ? NONE : ''}`
    return { accepted: false, violations: [{ path: 'spec.replicas', reason: 'FieldValueInvalid', message }] }
  }
  const before = stored === undefined ? undefined : replicasOf(stored)
  return {
    accepted: true,
    warnings:
      typeof before === 'number' && before > 0
        ? changeWarnings(before, wanted, fieldPath('pool.topology'))
        : [],
  }
}

/** A pool without servers would fail every request: there is no pausing one. */
const NONE = '; to have none, delete the Mcrouter with kubectl delete mcrouter NAME'

/** A Scale does not say how the pool is set up: what depends on it is said with the condition. */
function changeWarnings(from: number, to: number, topology: string): Warning[] {
  const conditional = Object.entries(TOPOLOGIES).flatMap(([name, { staleAfterShrink, single }]) => [
    to < from && staleAfterShrink && `if ${topology} is ${name}, ${MAY_COME_BACK}`,
    to === 1 && from > 1 && single !== undefined && `one server: if ${topology} is ${name}, ${single}`,
  ])
  return [resizeWarning(from, to), ...conditional].filter((warning) => typeof warning === 'string')
}

/** A Scale leaves replicas out when they are 0 (k8s.io/api/autoscaling/v1: omitempty). */
function replicasOf({ spec }: JsonObject): unknown {
  return isJsonObject(spec) ? (spec.replicas ?? 0) : 0
}
