import type { Settings } from '../fields.ts'
import { itemSizeOf, wholeMebibytes } from '../formats/binary-size.ts'
import { millisecondsOf, secondsOf } from '../formats/duration.ts'
import { proxyThreads } from '../formats/proxy-threads.ts'
import { counting } from '../layout.ts'
import { MAIN_POOL, type Pool, type Routers } from '../mcrouter.ts'
import { memcachedResources, routerResources } from '../resources.ts'
import { accessOf } from './access.ts'
import { type Counts, scaledLayout } from './counts.ts'
import { podSettings } from './pod-settings.ts'
import type { FurtherPool } from './pool.ts'
import type { Router } from './router.ts'
import { DEFAULT_REPLICAS, defaultReplicas, type RouterNumber } from './router-number.ts'
import type { McrouterSpec } from './spec.ts'
import { routerTls } from './tls.ts'
import { zonesSaid } from './zones.ts'

/** The internal form of a valid v1beta1 spec. */
export function toHub(spec: McrouterSpec): Settings {
  const { memcached, pools, prefixes, config, router, access, paused } = spec
  const further = pools.map((pool) => [pool.name, pool] as const)
  const gutters = [[MAIN_POOL, memcached] as const, ...further].filter(([, pool]) => isOwnGutter(pool))
  return {
    routers: routersOf(router, zonesSaid(spec)),
    pools: [
      poolOf(MAIN_POOL, memcached),
      ...further.map(([name, pool]) => poolOf(name, pool)),
      ...gutters.map(([name, pool]) => gutterOf(name, pool)),
    ],
    prefixes: prefixes.map(({ prefix, pool }) => ({ prefix, pool })),
    ...(config !== undefined && { config }),
    ...(access !== undefined && { access: accessOf(access) }),
    ...(paused && { paused }),
  }
}

function routersOf(router: Router, zones: number): Routers {
  const resources = routerResources(router.pod?.resources)
  const { server, connect, untilDown } = router.timeouts
  const { service } = router
  return {
    image: router.image,
    port: router.port,
    ...numberOf(router, zones),
    release: router.release,
    resources,
    pod: podSettings(router.pod),
    threads: router.threads ?? proxyThreads(resources),
    maxConnections: router.maxConnections,
    timeouts: {
      serverMs: server === undefined ? undefined : millisecondsOf(server),
      connectMs: millisecondsOf(connect) ?? 0,
      untilDown,
    },
    debugFifoRoot: router.debugFifoRoot,
    args: router.args,
    service: {
      type: service.type,
      labels: service.labels ?? {},
      annotations: service.annotations ?? {},
      ipFamilyPolicy: service.ipFamilyPolicy,
      loadBalancerClass: service.loadBalancerClass,
      externalTrafficPolicy: service.externalTrafficPolicy,
    },
    ...(router.tls !== undefined && routerTls(router.tls)),
  }
}

function numberOf({ placement, replicas, autoscaling }: RouterNumber, zones: number) {
  if (placement === 'Node') return { replicas: DEFAULT_REPLICAS, placement }
  if (autoscaling === undefined) return { replicas: replicas ?? defaultReplicas(zones) }
  const { min, max, cpu } = autoscaling
  return { replicas: max, autoscaling: { min, cpu } }
}

/** How long what is kept for a while lives unless the spec says otherwise. */
const GUTTER_SECONDS = 60
const WARM_UP_SECONDS = 3600

/** The fields that every pool has, and the counts of the main one. */
type AnyPool = Omit<FurtherPool, 'name'> & Counts

/** Member by member, as far as every pool has them: each review comes through here, and a spread takes several times as long. */
function poolOf(name: string, pool: AnyPool): Pool {
  const { tls } = pool
  const memoryMb = wholeMebibytes(pool.memory) ?? 0
  const external = pool.external.map(({ host, port, tls }) => ({ host, port, tls }))
  const { shards, copies, topology } = external.length > 0 ? ofOthers(external.length) : scaledLayout(pool)
  const made: Pool = {
    name,
    shards,
    copies,
    zones: pool.zones,
    topology,
    writes: pool.writes,
    onMiss: pool.onMiss,
    external,
    image: pool.image,
    port: pool.port,
    memoryMb,
    maxItemSize: itemSizeOf(pool.maxItemSize),
    maxConnections: pool.maxConnections,
    threads: pool.threads,
    args: pool.args,
    minReadySeconds: pool.minReadySeconds,
    resources: memcachedResources(memoryMb, pool.maxConnections, pool.pod?.resources, tls !== undefined),
    pod: podSettings(pool.pod),
  }
  const { gutter, warmUp } = pool
  if (gutter === undefined && warmUp === undefined && tls === undefined) return made
  return {
    ...made,
    ...(tls !== undefined && { tls: { ...tls } }),
    ...(gutter !== undefined && {
      gutter: { pool: gutter.pool ?? gutterName(name), ttlSeconds: seconds(gutter.ttl, GUTTER_SECONDS) },
    }),
    ...(warmUp !== undefined && {
      warmUp: { from: warmUp.from, ttlSeconds: seconds(warmUp.ttl, WARM_UP_SECONDS) },
    }),
  }
}

/** Servers that others run count as shards, in their order. */
function ofOthers(servers: number) {
  return { shards: servers, copies: 1, topology: counting('shards') }
}

/** Whether the pool is to have a gutter that is made for it. */
function isOwnGutter({ gutter }: AnyPool): boolean {
  return gutter !== undefined && gutter.pool === undefined
}

/** One server like those of the pool. */
function gutterOf(name: string, { gutter: _, warmUp: __, replicas: ___, ...pool }: AnyPool): Pool {
  return poolOf(gutterName(name), {
    ...pool,
    replicasOf: 'Shards',
    shards: 1,
    copies: 1,
    zones: [],
    external: [],
  })
}

/** The name of the pool that is made for a gutter: `gutter` of the main pool's, `users-gutter` of another's. */
function gutterName(pool: string): string {
  return pool === MAIN_POOL ? 'gutter' : `${pool}-gutter`
}

function seconds(duration: string | undefined, fallback: number): number {
  return (duration === undefined ? undefined : secondsOf(duration)) ?? fallback
}
