import type { Settings } from '../fields.ts'
import { defaultItemSize } from '../formats/item-size.ts'
import type { JsonObject } from '../json.ts'
import type { Resources } from '../mcrouter.ts'
import { RESOURCE_NAMES, type ResourcesSpec } from '../pod.ts'
import { memcachedResources, routerResources } from './resources.ts'

/**
 * The v1alpha3 spec that toHub makes these settings of, as far as it can say them: of the pools it knows the first. What follows from other fields is left out,
 * and goes on following.
 */
export function fromHub(settings: Settings): JsonObject {
  const {
    topology,
    routers,
    pools: [memcached],
    imagePullSecrets,
    nodeSelector,
    tolerations,
  } = settings
  const memory = {
    memcached_memory_mb: memcached.memoryMb,
    memcached_max_connections: memcached.maxConnections,
  }
  const isItemSizeGiven = memcached.maxItemSize !== defaultItemSize(memcached.memoryMb)
  const ofRouters = given(routers.resources, (mcrouter_resources) => routerResources({ mcrouter_resources }))
  const ofServers = given(memcached.resources, (memcached_resources) =>
    memcachedResources({ ...memory, memcached_resources }),
  )
  return {
    mcrouter_image: routers.image,
    mcrouter_port: routers.port,
    mcrouter_replicas: routers.replicas,
    mcrouter_release: routers.release,
    memcached_image: memcached.image,
    memcached_pool_size: memcached.servers,
    memcached_port: memcached.port,
    ...memory,
    pool_setup: topology,
    debug_fifo_root: routers.debugFifoRoot,
    ...(isItemSizeGiven && { memcached_max_item_size: memcached.maxItemSize }),
    ...(ofRouters !== undefined && { mcrouter_resources: ofRouters }),
    ...(ofServers !== undefined && { memcached_resources: ofServers }),
    ...(imagePullSecrets.length > 0 && { image_pull_secrets: imagePullSecrets }),
    ...(Object.keys(nodeSelector).length > 0 && { node_selector: nodeSelector }),
    ...(tolerations.length > 0 && { tolerations }),
  }
}

/** The least that has to be said so that `complete` makes these resources of it; undefined for nothing. */
function given(
  resources: Resources,
  complete: (given: ResourcesSpec) => Resources,
): ResourcesSpec | undefined {
  let least: Resources = resources
  for (const side of ['requests', 'limits'] as const) {
    for (const name of RESOURCE_NAMES) {
      const { [name]: _, ...others } = least[side]
      const fewer = { ...least, [side]: others }
      if (isSame(complete(fewer), resources)) least = fewer
    }
  }
  const sides = Object.entries(least).filter(([, amounts]) => Object.keys(amounts).length > 0)
  return sides.length === 0 ? undefined : Object.fromEntries(sides)
}

function isSame(one: Resources, other: Resources): boolean {
  return (['requests', 'limits'] as const).every((side) =>
    RESOURCE_NAMES.every((name) => one[side][name] === other[side][name]),
  )
}
