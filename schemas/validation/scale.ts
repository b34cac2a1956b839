import { quote } from '../../text/quote.ts'
import type { ApiVersion } from '../api-version.ts'
import { isJsonObject, type JsonObject } from '../json.ts'
import { topologyOf } from '../layout.ts'
import { POOL_SIZE } from '../pool-size.ts'
import { copiesIn, selectsShards } from '../scale-selector.ts'
import { TOPOLOGIES } from '../topologies.ts'
import { STORED } from '../versions.ts'
import { CONSENT_ANNOTATION } from '../well-known.ts'
import { MAY_COME_BACK, resizeWarning } from './resize-warning.ts'
import type { Violation, Warning } from './violation.ts'

export type ScaleJudgement =
  | { readonly accepted: true; readonly warnings: readonly Warning[] }
  | { readonly accepted: false; readonly violations: readonly Violation[] }

const { minimum: LEAST, maximum: MOST } = POOL_SIZE

/**
 * Judges what `kubectl scale` and autoscalers send: an autoscaling/v1 Scale, whose replicas are the memcached servers, or the shards of a pool
 * that has copies of them as well. It has no room for a consent: what would need one in a spec is warned of.
 * @param stored the Scale before
 * @param version of the endpoint to which it was sent, whose words are used; both set the same
 */
export function judgeScale(scale: JsonObject, stored?: JsonObject, version = STORED): ScaleJudgement {
  const wanted = replicasOf(scale)
  const before = stored === undefined ? undefined : replicasOf(stored)
  if (typeof wanted !== 'number' || !Number.isInteger(wanted) || wanted < LEAST || wanted > MOST) {
    const message = `Invalid value: ${quote(wanted)}: a pool has from ${LEAST} to ${MOST} ${isOfShards(stored) ? 'shards' : 'memcached servers'}${wanted === 0 ? NONE : ''}`
    return refused(message)
  }
  const copies = copiesIn(isJsonObject(stored?.status) ? stored.status.selector : undefined) ?? 1
  const most = Math.floor(MOST / copies)
  // The selector may be of the layout before.
  if (wanted > most && typeof before === 'number' && wanted > before) {
    const message = `Invalid value: ${wanted}: a pool of ${copies} copies has from ${LEAST} to ${most} shards, ${MOST} servers in all`
    return refused(message)
  }
  const warningsOf = isOfShards(stored) ? shardWarnings : changeWarnings
  return {
    accepted: true,
    warnings: typeof before === 'number' && before > 0 ? warningsOf(before, wanted, version) : [],
  }
}

function refused(message: string): ScaleJudgement {
  return { accepted: false, violations: [{ path: 'spec.replicas', reason: 'FieldValueInvalid', message }] }
}

/** A pool without servers would fail every request: there is no pausing one. */
const NONE = '; to have none, delete the Mcrouter with kubectl delete mcrouter NAME'

function isOfShards(scale: JsonObject | undefined): boolean {
  return isJsonObject(scale?.status) && selectsShards(scale.status.selector)
}

/** A Scale does not say how any other pool is set up: what depends on it is said with the condition. */
function changeWarnings(from: number, to: number, { fieldPath, format }: ApiVersion): Warning[] {
  const field = fieldPath('pool.topology')
  const conditional = Object.entries(TOPOLOGIES).flatMap(([name, { staleAfterShrink, single }]) => {
    const topology = `${field} is ${format('pool.topology', name)}`
    return [
      to < from && staleAfterShrink && `if ${topology}, ${MAY_COME_BACK}`,
      to === 1 && from > 1 && single !== undefined && `one server: if ${topology}, ${single}`,
    ]
  })
  return [resizeWarning(from, to), ...conditional].filter((warning) => typeof warning === 'string')
}

/** Each key is in one shard. The copy that is asked first is chosen with a salt where there are several shards. */
function shardWarnings(from: number, to: number): Warning[] {
  const warnings = [
    resizeWarning(from, to, topologyOf({ shards: Math.max(from, to), copies: 1 }), 'shard'),
    to < from && MAY_COME_BACK,
    (from === 1) !== (to === 1) &&
      `keys that stay in their shard would be looked for first on another of its copies: this is not done without the annotation ${CONSENT_ANNOTATION}, which the conditions of the Mcrouter print`,
  ]
  return warnings.filter((warning) => typeof warning === 'string')
}

/** A Scale leaves replicas out when they are 0 (k8s.io/api/autoscaling/v1: omitempty). */
function replicasOf({ spec }: JsonObject): unknown {
  return isJsonObject(spec) ? (spec.replicas ?? 0) : 0
}
