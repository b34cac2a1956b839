import { quote } from '../../text/quote.ts'
import type { ApiVersion } from '../api-version.ts'
import { isJsonObject, type JsonObject } from '../json.ts'
import { topologyOf } from '../layout.ts'
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
 * Judges what `kubectl scale` and autoscalers send: an autoscaling/v1 Scale, whose replicas are the memcached servers or the shards. It has no
 * room for a consent: what would need one in a spec is warned of.
 * @param stored the Scale before
 * @param version of the endpoint to which it was sent
 */
export function judgeScale(scale: JsonObject, stored?: JsonObject, version = STORED): ScaleJudgement {
  const wanted = replicasOf(scale)
  if (typeof wanted !== 'number' || !Number.isInteger(wanted) || wanted < LEAST || wanted > MOST) {
    const message = `Invalid value: ${quote(wanted)}: a pool has from ${LEAST} to ${MOST} ${countsShards(version) ? 'shards' : 'memcached servers'}${wanted === 0 ? NONE : ''}`
    return { accepted: false, violations: [{ path: 'spec.replicas', reason: 'FieldValueInvalid', message }] }
  }
  const before = stored === undefined ? undefined : replicasOf(stored)
  return {
    accepted: true,
    warnings: typeof before === 'number' && before > 0 ? changeWarnings(before, wanted, version) : [],
  }
}

/** A pool without servers would fail every request: there is no pausing one. */
const NONE = '; to have none, delete the Mcrouter with kubectl delete mcrouter NAME'

function countsShards({ scale }: ApiVersion): boolean {
  return scale.replicas === 'shards'
}

/** A Scale does not say how the pool is set up: what depends on it is said with the condition. */
function changeWarnings(from: number, to: number, version: ApiVersion): Warning[] {
  const { fieldPath } = version
  if (countsShards(version)) return shardWarnings(from, to, fieldPath('pool.copies'))
  const topology = fieldPath('pool.topology')
  const conditional = Object.entries(TOPOLOGIES).flatMap(([name, { staleAfterShrink, single }]) => [
    to < from && staleAfterShrink && `if ${topology} is ${name}, ${MAY_COME_BACK}`,
    to === 1 && from > 1 && single !== undefined && `one server: if ${topology} is ${name}, ${single}`,
  ])
  return [resizeWarning(from, to), ...conditional].filter((warning) => typeof warning === 'string')
}

/** Whatever copies there are, each key is in one shard. The copy that is asked first is chosen with a salt where there are several shards. */
function shardWarnings(from: number, to: number, copies: string): Warning[] {
  const warnings = [
    resizeWarning(from, to, topologyOf({ shards: Math.max(from, to), copies: 1 }), 'shard'),
    to < from && MAY_COME_BACK,
    (from === 1) !== (to === 1) &&
      `if ${copies} is more than 1, keys that stay in their shard are looked for first on another of its copies`,
  ]
  return warnings.filter((warning) => typeof warning === 'string')
}

/** A Scale leaves replicas out when they are 0 (k8s.io/api/autoscaling/v1: omitempty). */
function replicasOf({ spec }: JsonObject): unknown {
  return isJsonObject(spec) ? (spec.replicas ?? 0) : 0
}
