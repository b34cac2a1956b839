import { isDeepStrictEqual } from 'node:util'
import type { EpochMs } from '../../process/clock.ts'
import { NETWORK_POLICY } from '../../render/kinds.ts'
import type { JsonObject } from '../../schemas/json.ts'
import type { Child } from '../observe/child.ts'
import { record, records } from '../observe/untyped.ts'
import { identity, type OwnedManifest } from './plan.ts'

/** The rule that lets everything through. */
const EVERYTHING: JsonObject = {}
/** The one that stands for all that lead to servers, whoever runs them. */
const ANY_SERVER: JsonObject = { ports: [{ protocol: 'TCP' }] }

/** Beside those of the spec, which are bounded themselves (render/access.ts): a policy is one object, and entries in each node's network. */
const MOST_KEPT = { rules: 100, peers: 5_000 }

/**
 * A NetworkPolicy through which routers still reach what they could before: until the last of them has read the configuration at hand, some
 * may use servers of others that are in the one before alone. Where there is no policy yet, they could reach everything. While one never
 * does, each change of the servers would add a rule: too many become one that is wider, so that none is cut off.
 *
 * @param isRead whether all of them have
 */
export function keepingEgress(
  manifest: OwnedManifest,
  children: readonly Child[],
  isRead: boolean,
): OwnedManifest {
  const spec = record(manifest.spec)
  if (isRead || manifest.kind !== NETWORK_POLICY.kind || spec.egress === undefined) return manifest
  const child = children.find((one) => identity(one) === identity(manifest))
  const before = child === undefined ? [EVERYTHING] : records(record(child.owned.spec).egress)
  const wanted = records(spec.egress)
  const kept = bounded(before.filter((rule) => !wanted.some((one) => isDeepStrictEqual(one, rule))))
  return kept.length === 0 ? manifest : { ...manifest, spec: { ...spec, egress: [...wanted, ...kept] } }
}

function bounded(rules: readonly JsonObject[]): readonly JsonObject[] {
  const has = (wide: JsonObject) => rules.some((rule) => isDeepStrictEqual(rule, wide))
  if (has(EVERYTHING)) return [EVERYTHING]
  const peers = rules.reduce((sum, { to }) => sum + records(to).length, 0)
  const isMany = rules.length > MOST_KEPT.rules || peers > MOST_KEPT.peers
  return isMany || has(ANY_SERVER) ? [ANY_SERVER] : rules
}

/**
 * Milliseconds after which routers that nobody asks are taken to have read what is published, so that policies can be narrowed: nothing
 * else tells of it. Infinity where that is over, or there is no policy.
 *
 * @param confirmMs how long routers are given for it
 */
export function narrowedAfter(children: readonly Child[], confirmMs: number, now: EpochMs): number {
  const config = children.find(({ published }) => published !== undefined)
  const hasPolicy = children.some(({ kind }) => kind === NETWORK_POLICY.kind)
  const remainingMs = config === undefined ? 0 : config.appliedAt + confirmMs - now
  return hasPolicy && remainingMs > 0 ? remainingMs : Number.POSITIVE_INFINITY
}
