import type { JsonObject } from '../../schemas/json.ts'
import type { Random } from '../../testing/random.ts'

/** Values that a field may have. Pools are small: pods cost the control plane more than Mcrouters do. */
const FIELDS: Readonly<Record<string, (random: Random) => unknown>> = {
  memcached_pool_size: (random) => random.integer(1, 4),
  mcrouter_replicas: (random) => random.integer(1, 3),
  pool_setup: (random) => random.pick(['replicated', 'sharded']),
  memcached_memory_mb: (random) => random.pick([64, 128, 256, 512]),
  memcached_max_connections: (random) => random.pick([256, 1024, 4096]),
  memcached_max_item_size: (random) => random.pick(['1m', '8m', '32m']),
  memcached_image: (random) => `memcached:1.6.${random.integer(20, 30)}-alpine`,
  mcrouter_image: (random) => `example.com/mcrouter:0.${random.integer(37, 41)}`,
  memcached_port: (random) => random.integer(11_000, 11_999),
  mcrouter_port: (random) => random.integer(5_000, 5_999),
  debug_fifo_root: (random) => random.pick(['', '/fifos']),
  node_selector: (random) => ({ disk: random.pick(['ssd', 'nvme']) }),
  tolerations: (random) => [{ key: random.pick(['a', 'b']), operator: 'Exists', effect: 'NoSchedule' }],
}

/** Patches that admission must refuse, whatever the Mcrouter. */
export const INVALID: readonly JsonObject[] = [
  { memcached_pool_size: 0 },
  { memcached_pool_size: '2' },
  { memcached_memory_mb: 1 },
  { mcrouter_replicas: -1 },
  { mcrouter_port: 80 },
  { pool_setup: 'mirrored' },
  { memcached_image: 'not an image' },
  { debug_fifo_root: 'a/../b' },
  { memcached_resources: { limits: { memory: '1Mi' } } },
  { node_selector: { 'a/b/c': 'd' } },
]

/** One to three fields with new values. */
export function someFields(random: Random): JsonObject {
  const names = Object.keys(FIELDS)
  const chosen = Array.from({ length: random.integer(1, 3) }, () => random.pick(names))
  return Object.fromEntries(chosen.map((name) => [name, FIELDS[name]?.(random)]))
}
