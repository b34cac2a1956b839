import type { Layout } from '../../schemas/layout.ts'

/** Kubernetes' own, which the controller of StatefulSets gives each pod: k8s.io/api/apps/v1 PodIndexLabel. */
const ORDINAL_LABEL = 'apps.kubernetes.io/pod-index'

/** Shards of which each copy exists. */
export function shardsIn(servers: number, { copies }: Layout): number {
  return Math.floor(servers / copies)
}

/**
 * Label selector of one server of each shard: an autoscaler takes the ratio that it measures over the pods times their number for the
 * number that it is to set, which is that of shards (docs/adr/0038-scale-of-shards.md).
 * @param selector of all servers of the pool
 */
export function shardSelector(selector: string, { shards, copies }: Layout): string {
  if (copies === 1) return selector
  // ordinal = shard × copies + copy, of which these are the first copies.
  const ordinals = Array.from({ length: shards }, (_, shard) => shard * copies)
  return `${selector},${ORDINAL_LABEL} in (${ordinals.join(',')})`
}
