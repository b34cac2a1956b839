import { isDeepStrictEqual } from 'node:util'
import { NETWORK_POLICY } from '../../render/kinds.ts'
import type { JsonObject } from '../../schemas/json.ts'
import type { Child } from '../observe/child.ts'
import { record, records } from '../observe/untyped.ts'
import { identity, type OwnedManifest } from './plan.ts'

/**
 * A NetworkPolicy through which routers still reach what they could before: until the last of them has read the configuration at hand, some
 * may use servers of others that are in the one before alone.
 *
 * @param isRead whether all of them have
 */
export function keepingEgress(
  manifest: OwnedManifest,
  children: readonly Child[],
  isRead: boolean,
): OwnedManifest {
  if (isRead || manifest.kind !== NETWORK_POLICY.kind) return manifest
  const child = children.find((one) => identity(one) === identity(manifest))
  const spec = record(manifest.spec)
  const [before, wanted] = [child?.owned.spec, spec].map((one) => records(record(one).egress))
  const kept = (before ?? []).filter(
    (rule: JsonObject) => !wanted?.some((one) => isDeepStrictEqual(one, rule)),
  )
  return kept.length === 0
    ? manifest
    : { ...manifest, spec: { ...spec, egress: [...(wanted ?? []), ...kept] } }
}
