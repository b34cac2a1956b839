import { proxyThreads } from '../schemas/formats/proxy-threads.ts'
import { layoutOf, topologyOf } from '../schemas/layout.ts'
import {
  CLUSTER_IP,
  MAIN_POOL,
  type Mcrouter,
  type PodSettings,
  type Pool,
  type Routers,
  type Topology,
  UNLIMITED_CLIENTS,
} from '../schemas/mcrouter.ts'

interface SomePool extends Partial<Pool> {
  /** In the place of shards and copies: as many of them as the topology makes. */
  readonly servers?: number
}

interface Overrides extends Partial<Omit<Mcrouter, 'routers' | 'pools'>> {
  /** Of the pods of every tier. */
  readonly pod?: Partial<PodSettings>
  /** Of the pool that every Mcrouter has; any other is sharded unless it says otherwise. */
  readonly topology?: Topology
  readonly routers?: Partial<Routers>
  /** That pool. */
  readonly memcached?: SomePool
  /** Further pools, each like that one but for what is given. */
  readonly pools?: readonly (SomePool & Pick<Pool, 'name'>)[]
}

/** A Mcrouter in its internal form, with the defaults of v1alpha3 but for what is given. */
export function mcrouterWith({
  topology = 'replicated',
  routers = {},
  pod = {},
  memcached = {},
  pools = [],
  ...rest
}: Overrides = {}): Mcrouter {
  const { resources = { requests: { cpu: '250m', memory: '64Mi' }, limits: { memory: '256Mi' } } } = routers
  return {
    name: 'cache',
    namespace: 'shop',
    prefixes: [],
    inherited: { labels: {}, annotations: {}, omitted: [] },
    ...rest,
    routers: {
      image: 'devan2502/mcrouter:latest',
      port: 5000,
      replicas: 2,
      release: '37',
      resources,
      threads: proxyThreads(resources),
      maxConnections: UNLIMITED_CLIENTS,
      timeouts: { serverMs: undefined, connectMs: 200, untilDown: 3 },
      debugFifoRoot: '',
      args: [],
      pod: podWith(pod),
      service: CLUSTER_IP,
      ...routers,
    },
    pools: [
      poolWith({ topology, pod: podWith(pod), ...memcached }),
      ...pools.map((pool) => poolWith({ topology: 'sharded', pod: podWith(pod), ...memcached, ...pool })),
    ],
  }
}

function podWith(pod: Partial<PodSettings>): PodSettings {
  return {
    imagePullSecrets: [],
    nodeSelector: {},
    tolerations: [],
    affinity: undefined,
    topologySpreadConstraints: [],
    priorityClassName: undefined,
    labels: {},
    annotations: {},
    ...pod,
  }
}

function poolWith({
  servers = 2,
  shards,
  copies,
  zones = [],
  topology = 'sharded',
  ...pool
}: SomePool): Pool {
  const isLaidOut = shards !== undefined || copies !== undefined
  const layout = isLaidOut ? { shards: shards ?? 1, copies: copies ?? 1 } : layoutOf(topology, servers)
  return {
    name: MAIN_POOL,
    ...layout,
    zones,
    topology: zones.length > 0 ? 'sharded' : isLaidOut ? topologyOf(layout) : topology,
    writes: 'Available',
    onMiss: 'Miss',
    external: [],
    image: 'memcached:1.5-alpine',
    port: 11211,
    memoryMb: 256,
    maxItemSize: '32m',
    maxConnections: 1024,
    threads: 4,
    args: [],
    minReadySeconds: 10,
    resources: { requests: { memory: '384Mi' }, limits: { memory: '384Mi' } },
    pod: podWith({}),
    ...pool,
  }
}
