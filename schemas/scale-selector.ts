import { countedBy, sizeOf } from './layout.ts'
import type { Pool } from './mcrouter.ts'
import { COPY_LABEL } from './well-known.ts'

// Which pods a Scale selects: as many as it counts, since an autoscaler takes the ratio that it measures over the pods times their number for
// the number that it is to set (docs/adr/0038-scale-of-shards.md).

/** What of a pool decides what a scale of it counts. */
export type Counted = Pick<Pool, 'shards' | 'copies' | 'topology'> & Partial<Pick<Pool, 'zones'>>

/** Kubernetes' own, which the controller of StatefulSets gives each pod: k8s.io/api/apps/v1 PodIndexLabel. */
const ORDINAL_LABEL = 'apps.kubernetes.io/pod-index'
const ONE_OF_EACH = `,${ORDINAL_LABEL} in (`

/** Servers that come with one more of what a scale sets, of those that it selects: of a pool in zones its first copy. */
export function serversOfOne({
  topology,
  copies,
  zones = [],
}: Pick<Counted, 'topology' | 'copies' | 'zones'>): number {
  if (zones.length > 0) return 1
  return countedBy(topology) === 'copies' ? 1 : copies
}

/** @param selector of all servers of the pool, or of its first copy where that is in a zone */
export function scaleSelector(selector: string, pool: Counted): string {
  const servers = serversOfOne(pool)
  if (servers === 1) return selector
  // ordinal = shard × copies + copy, of which these are the first copies.
  const ordinals = Array.from({ length: sizeOf(pool) }, (_, shard) => shard * servers)
  return `${selector}${ONE_OF_EACH}${ordinals.join(',')})`
}

/** Whether it is of a pool with several copies of what a scale counts, the shards. */
export function selectsShards(selector: unknown): boolean {
  return selectsOrdinals(selector) || (typeof selector === 'string' && selector.includes(`${COPY_LABEL}=`))
}

/** Whether those are told by their ordinals, from the others of one StatefulSet. */
export function selectsOrdinals(selector: unknown): boolean {
  return typeof selector === 'string' && selector.includes(ONE_OF_EACH)
}

/** The copies of such a pool; undefined of one shard, whose selector does not show them, and of any other pool. */
export function copiesIn(selector: unknown): number | undefined {
  const second = typeof selector === 'string' ? SECOND_SHARD.exec(selector)?.[1] : undefined
  return second === undefined ? undefined : Number(second)
}

/** Its first copy. */
const SECOND_SHARD = new RegExp(`${ORDINAL_LABEL.replaceAll('.', '\\.')} in \\(0,([1-9]\\d{0,2})[,)]`)
