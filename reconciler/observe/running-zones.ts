import type { Mcrouter, Pool } from '../../schemas/mcrouter.ts'
import { ZONE_LABEL } from '../../schemas/well-known.ts'
import type { KubeObject } from '../kube/api.ts'
import type { Child } from './child.ts'
import { recordedZones } from './last-status.ts'
import { type Published, zonedTo } from './published.ts'
import { record, text } from './untyped.ts'
import { statefulSetOf } from './workload.ts'

/**
 * The zones of the copies that routers use of a pool, by copy; none where its copies are in no zones. The configuration has no names of
 * zones: those are what was applied to the StatefulSets, and where one is gone what the status says.
 *
 * @param pool as the spec has it, which is believed where nothing else tells
 */
export function runningZones(
  pool: Pick<Pool, 'name' | 'zones'>,
  mcrouter: Pick<Mcrouter, 'name'>,
  { children, published }: { readonly children: readonly Child[]; readonly published: Published | undefined },
  { status = {} }: Pick<KubeObject, 'status'>,
): readonly string[] {
  const recorded = recordedZones(status, pool.name)
  const zoned = published === undefined ? recorded.length : zonedTo(published, pool.name)
  return Array.from({ length: zoned }, (_, copy) => {
    const applied = zoneOf(statefulSetOf(mcrouter, pool.name, children, copy))
    return applied || recorded[copy] || (pool.zones[copy] ?? '')
  })
}

/** Empty where it says none. */
function zoneOf(statefulSet: Child | undefined): string {
  const { template } = record(statefulSet?.owned.spec)
  const { nodeSelector } = record(record(template).spec)
  return text(record(nodeSelector)[ZONE_LABEL])
}
