import type { Settings } from '../fields.ts'
import { defaultItemSize } from '../formats/item-size.ts'
import { proxyThreads } from '../formats/proxy-threads.ts'
import { layoutOf } from '../layout.ts'
import { CLUSTER_IP, MAIN_POOL, type PodSettings, type Timeouts, UNLIMITED_CLIENTS } from '../mcrouter.ts'
import { tolerationOf } from '../pod.ts'
import { memcachedResources, routerResources } from '../resources.ts'
import type { McrouterSpec } from './spec.ts'

// What every Mcrouter of this version has and none can say otherwise.
const NONE: readonly never[] = []
/** A node that drops packets is noticed in a fifth of a second, once; how many timeouts are too many is mcrouter's own. */
const TIMEOUTS: Timeouts = { serverMs: undefined, connectMs: 200, untilDown: 3 }
/** memcached's own. */
const SERVER_THREADS = 4
/** Before the next one restarts, every router has found the last one again and the keys most in use are back. */
const MIN_READY_SECONDS = 10

/** The internal form of a valid v1alpha3 spec. */
export function toHub(spec: McrouterSpec): Settings {
  const resources = routerResources(spec.mcrouter_resources)
  const pod = podOf(spec)
  const { shards, copies } = layoutOf(spec.pool_setup, spec.memcached_pool_size)
  return {
    routers: {
      image: spec.mcrouter_image,
      port: spec.mcrouter_port,
      replicas: spec.mcrouter_replicas,
      release: spec.mcrouter_release,
      resources,
      pod,
      threads: proxyThreads(resources),
      maxConnections: UNLIMITED_CLIENTS,
      timeouts: TIMEOUTS,
      debugFifoRoot: spec.debug_fifo_root,
      args: NONE,
      service: CLUSTER_IP,
    },
    pools: [
      {
        name: MAIN_POOL,
        shards,
        copies,
        zones: NONE,
        topology: spec.pool_setup,
        writes: 'Available',
        onMiss: 'Miss',
        external: NONE,
        image: spec.memcached_image,
        port: spec.memcached_port,
        memoryMb: spec.memcached_memory_mb,
        maxItemSize: spec.memcached_max_item_size ?? defaultItemSize(spec.memcached_memory_mb),
        maxConnections: spec.memcached_max_connections,
        threads: SERVER_THREADS,
        args: NONE,
        minReadySeconds: MIN_READY_SECONDS,
        resources: memcachedResources(
          spec.memcached_memory_mb,
          spec.memcached_max_connections,
          spec.memcached_resources,
        ),
        pod,
      },
    ],
    prefixes: NONE,
  }
}

/** Of both tiers. */
function podOf(spec: McrouterSpec): PodSettings {
  return {
    imagePullSecrets: (spec.image_pull_secrets ?? []).map((secret) => ({ name: secret.name })),
    nodeSelector: { ...spec.node_selector },
    tolerations: (spec.tolerations ?? []).map(tolerationOf),
    affinity: undefined,
    topologySpreadConstraints: NONE,
    priorityClassName: undefined,
    labels: {},
    annotations: {},
  }
}
