import type { Settings } from '../fields.ts'
import { defaultItemSize } from '../formats/item-size.ts'
import type { JsonObject } from '../json.ts'
import { sizeOf } from '../layout.ts'
import { givenResources, memcachedResources, routerResources } from '../resources.ts'

/**
 * The v1alpha3 spec that toHub makes these settings of, as far as it can say them: of the pools it knows the first, and of the
 * pods what those of its servers have. What follows from other fields is left out, and goes on following.
 */
export function fromHub(settings: Settings): JsonObject {
  const {
    routers,
    pools: [pool],
  } = settings
  const { imagePullSecrets, nodeSelector, tolerations } = pool.pod
  const isItemSizeGiven = pool.maxItemSize !== defaultItemSize(pool.memoryMb)
  const ofRouters = givenResources(routers.resources, routerResources)
  const ofServers = givenResources(pool.resources, (given) =>
    memcachedResources(pool.memoryMb, pool.maxConnections, given),
  )
  return {
    mcrouter_image: routers.image,
    mcrouter_port: routers.port,
    mcrouter_replicas: routers.replicas,
    mcrouter_release: routers.release,
    memcached_image: pool.image,
    memcached_pool_size: sizeOf(pool),
    memcached_port: pool.port,
    memcached_memory_mb: pool.memoryMb,
    memcached_max_connections: pool.maxConnections,
    pool_setup: pool.topology,
    debug_fifo_root: routers.debugFifoRoot,
    ...(isItemSizeGiven && { memcached_max_item_size: pool.maxItemSize }),
    ...(ofRouters !== undefined && { mcrouter_resources: ofRouters }),
    ...(ofServers !== undefined && { memcached_resources: ofServers }),
    ...(imagePullSecrets.length > 0 && { image_pull_secrets: imagePullSecrets }),
    ...(Object.keys(nodeSelector).length > 0 && { node_selector: nodeSelector }),
    ...(tolerations.length > 0 && { tolerations }),
  }
}
