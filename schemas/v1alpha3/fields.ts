import type { Field, Keys } from '../fields.ts'
import type { McrouterSpec } from './spec.ts'

type Name = keyof McrouterSpec

/** Where a spec has what the internal form has, if it has it; there is one pool. */
const KEYS: Readonly<Record<Field, readonly [Name] | undefined>> = {
  prefixes: undefined,
  config: undefined,
  // Said by an annotation, which every version has (validation/access.ts).
  access: undefined,
  paused: undefined,
  'routers.image': ['mcrouter_image'],
  'routers.port': ['mcrouter_port'],
  'routers.replicas': ['mcrouter_replicas'],
  'routers.autoscaling': undefined,
  'routers.placement': undefined,
  'routers.release': ['mcrouter_release'],
  'routers.resources': ['mcrouter_resources'],
  // Follows from the CPUs.
  'routers.threads': ['mcrouter_resources'],
  'routers.maxConnections': undefined,
  'routers.timeouts': undefined,
  'routers.debugFifoRoot': ['debug_fifo_root'],
  'routers.args': undefined,
  'routers.service': undefined,
  'routers.clientTls': undefined,
  'routers.serverTls': undefined,
  'pool.name': undefined,
  // One word says of so many servers whether they are shards or copies.
  'pool.topology': ['pool_setup'],
  'pool.shards': ['memcached_pool_size'],
  'pool.copies': ['pool_setup'],
  'pool.zones': undefined,
  'pool.writes': undefined,
  'pool.onMiss': undefined,
  'pool.gutter': undefined,
  'pool.warmUp': undefined,
  'pool.external': undefined,
  'pool.image': ['memcached_image'],
  'pool.port': ['memcached_port'],
  'pool.memoryMb': ['memcached_memory_mb'],
  'pool.maxItemSize': ['memcached_max_item_size'],
  'pool.maxConnections': ['memcached_max_connections'],
  'pool.threads': undefined,
  'pool.tls': undefined,
  'pool.args': undefined,
  'pool.minReadySeconds': undefined,
  'pool.resources': ['memcached_resources'],
  // The pods of both tiers have these in common.
  'routers.pod.imagePullSecrets': ['image_pull_secrets'],
  'routers.pod.nodeSelector': ['node_selector'],
  'routers.pod.tolerations': ['tolerations'],
  'routers.pod.affinity': undefined,
  'routers.pod.topologySpreadConstraints': undefined,
  'routers.pod.priorityClassName': undefined,
  'routers.pod.labels': undefined,
  'routers.pod.annotations': undefined,
  'pool.pod.imagePullSecrets': ['image_pull_secrets'],
  'pool.pod.nodeSelector': ['node_selector'],
  'pool.pod.tolerations': ['tolerations'],
  'pool.pod.affinity': undefined,
  'pool.pod.topologySpreadConstraints': undefined,
  'pool.pod.priorityClassName': undefined,
  'pool.pod.labels': undefined,
  'pool.pod.annotations': undefined,
}

export function keysOf(field: Field): Keys | undefined {
  return KEYS[field]
}

/** One that this version does not have is called as in the internal form: nothing that is said of such a spec names it. */
export function fieldPath(field: Field): string {
  return KEYS[field]?.[0] ?? field
}
