import type { Field, Keys } from '../fields.ts'
import type { McrouterSpec } from './spec.ts'

type Name = keyof McrouterSpec

/** Where a spec has what the internal form has; there is one pool. */
const KEYS = {
  topology: ['pool_setup'],
  imagePullSecrets: ['image_pull_secrets'],
  nodeSelector: ['node_selector'],
  tolerations: ['tolerations'],
  'routers.image': ['mcrouter_image'],
  'routers.port': ['mcrouter_port'],
  'routers.replicas': ['mcrouter_replicas'],
  'routers.release': ['mcrouter_release'],
  'routers.resources': ['mcrouter_resources'],
  'routers.debugFifoRoot': ['debug_fifo_root'],
  'pool.image': ['memcached_image'],
  'pool.port': ['memcached_port'],
  'pool.servers': ['memcached_pool_size'],
  'pool.memoryMb': ['memcached_memory_mb'],
  'pool.maxItemSize': ['memcached_max_item_size'],
  'pool.maxConnections': ['memcached_max_connections'],
  'pool.resources': ['memcached_resources'],
} as const satisfies Readonly<Record<Field, readonly [Name]>>

export function keysOf(field: Field): Keys {
  return KEYS[field]
}

export function fieldPath(field: Field): string {
  return KEYS[field][0]
}
