import { isDeepStrictEqual } from 'node:util'
import type { EpochMs } from '../../process/clock.ts'
import { NETWORK_POLICY } from '../../render/kinds.ts'
import type { JsonObject } from '../../schemas/json.ts'
import type { Child } from '../observe/child.ts'
import { record, records } from '../observe/untyped.ts'
import { identity, type OwnedManifest } from './plan.ts'

/** The rule that lets everything through. */
const EVERYTHING: JsonObject = {}

/**
 * A NetworkPolicy through which routers still reach what they could before: until the last of them has read the configuration at hand, some
 * may use servers of others that are in the one before alone. Where there is no policy yet, they could reach everything.
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
  const kept = before.filter((rule) => !wanted.some((one) => isDeepStrictEqual(one, rule)))
  return kept.length === 0 ? manifest : { ...manifest, spec: { ...spec, egress: [...wanted, ...kept] } }
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
