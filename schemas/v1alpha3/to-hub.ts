import type { Settings } from '../fields.ts'
import { defaultItemSize } from '../formats/item-size.ts'
import { MAIN_POOL, type Toleration } from '../mcrouter.ts'
import type { TolerationSpec } from '../pod.ts'
import { memcachedResources, routerResources } from '../resources.ts'
import type { McrouterSpec } from './spec.ts'

/** The internal form of a valid v1alpha3 spec. */
export function toHub(spec: McrouterSpec): Settings {
  return {
    topology: spec.pool_setup,
    routers: {
      image: spec.mcrouter_image,
      port: spec.mcrouter_port,
      replicas: spec.mcrouter_replicas,
      release: spec.mcrouter_release,
      resources: routerResources(spec.mcrouter_resources),
      debugFifoRoot: spec.debug_fifo_root,
    },
    pools: [
      {
        name: MAIN_POOL,
        image: spec.memcached_image,
        port: spec.memcached_port,
        servers: spec.memcached_pool_size,
        memoryMb: spec.memcached_memory_mb,
        maxItemSize: spec.memcached_max_item_size ?? defaultItemSize(spec.memcached_memory_mb),
        maxConnections: spec.memcached_max_connections,
        resources: memcachedResources(
          spec.memcached_memory_mb,
          spec.memcached_max_connections,
          spec.memcached_resources,
        ),
      },
    ],
    imagePullSecrets: (spec.image_pull_secrets ?? []).map((secret) => ({ name: secret.name })),
    nodeSelector: { ...spec.node_selector },
    tolerations: (spec.tolerations ?? []).map(tolerationOf),
  }
}

/** Field by field: what the schema does not know was not checked and goes nowhere. */
function tolerationOf({ key, operator, value, effect, tolerationSeconds }: TolerationSpec): Toleration {
  return {
    ...(key !== undefined && { key }),
    ...(operator !== undefined && { operator }),
    ...(value !== undefined && { value }),
    ...(effect !== undefined && { effect }),
    ...(tolerationSeconds !== undefined && { tolerationSeconds }),
  }
}
