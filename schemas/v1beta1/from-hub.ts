import type { Settings } from '../fields.ts'
import { sizeOf as binarySize } from '../formats/binary-size.ts'
import { durationOf } from '../formats/duration.ts'
import { itemBytes } from '../formats/item-size.ts'
import { proxyThreads } from '../formats/proxy-threads.ts'
import type { JsonObject } from '../json.ts'
import { countedBy, isExternal, sizeOf } from '../layout.ts'
import type { Pool, Routers, ServiceSettings } from '../mcrouter.ts'
import { givenResources, memcachedResources, routerResources } from '../resources.ts'
import { impliedTopology, replicasOf } from './counts.ts'
import { writtenPod } from './pod-settings.ts'
import { writtenTls } from './tls.ts'

/**
 * The v1beta1 spec that toHub makes these settings of. What follows from other fields is left out, and goes on following;
 * what always has a value is there.
 */
export function fromHub({
  routers,
  pools: [main, ...others],
  prefixes,
  config,
  access,
  paused,
}: Settings): JsonObject {
  return {
    memcached: { ...writtenPool(main), ...writtenReplicas(main) },
    pools: others.map((pool) => ({ name: pool.name, ...writtenPool(pool) })),
    prefixes: prefixes.map(({ prefix, pool }) => ({ prefix, pool })),
    ...(config !== undefined && { config }),
    router: writtenRouters(routers),
    ...(access !== undefined && { access }),
    paused: paused === true,
  }
}

function writtenRouters(routers: Routers): JsonObject {
  const { serverMs, connectMs, untilDown } = routers.timeouts
  const resources = givenResources(routers.resources, routerResources)
  const pod = { ...(resources !== undefined && { resources }), ...writtenPod(routers.pod) }
  const tls = writtenTls(routers)
  return {
    ...writtenNumber(routers),
    image: routers.image,
    release: routers.release,
    port: routers.port,
    ...(routers.threads !== proxyThreads(routers.resources) && { threads: routers.threads }),
    maxConnections: routers.maxConnections,
    timeouts: {
      ...(serverMs !== undefined && { server: durationOf(serverMs) }),
      connect: durationOf(connectMs),
      untilDown,
    },
    debugFifoRoot: routers.debugFifoRoot,
    args: routers.args,
    service: writtenService(routers.service),
    ...(tls !== undefined && { tls }),
    ...(Object.keys(pod).length > 0 && { pod }),
  }
}

function writtenNumber({ placement: special, replicas, autoscaling }: Routers): JsonObject {
  if (special === 'Node') return { placement: special }
  const placement = 'Deployment'
  if (autoscaling === undefined) return { placement, replicas }
  const { min, cpu } = autoscaling
  return { placement, autoscaling: { min, max: replicas, cpu } }
}

function writtenService({ type, labels, annotations, ...rest }: ServiceSettings): JsonObject {
  const { ipFamilyPolicy, loadBalancerClass, externalTrafficPolicy } = rest
  return {
    type,
    ...(Object.keys(labels).length > 0 && { labels }),
    ...(Object.keys(annotations).length > 0 && { annotations }),
    ...(ipFamilyPolicy !== undefined && { ipFamilyPolicy }),
    ...(loadBalancerClass !== undefined && { loadBalancerClass }),
    ...(externalTrafficPolicy !== undefined && { externalTrafficPolicy }),
  }
}

function writtenPool(pool: Pool): JsonObject {
  const { memoryMb, maxConnections, gutter, warmUp, external } = pool
  const resources = givenResources(pool.resources, (given) =>
    memcachedResources(memoryMb, maxConnections, given, pool.tls !== undefined),
  )
  const pod = { ...(resources !== undefined && { resources }), ...writtenPod(pool.pod) }
  return {
    shards: pool.shards,
    copies: pool.copies,
    zones: pool.zones,
    writes: pool.writes,
    onMiss: pool.onMiss,
    memory: writtenMemory(memoryMb),
    maxItemSize: writtenItemSize(pool.maxItemSize),
    maxConnections,
    threads: pool.threads,
    port: pool.port,
    image: pool.image,
    ...(pool.tls !== undefined && { tls: { ...pool.tls } }),
    args: pool.args,
    minReadySeconds: pool.minReadySeconds,
    external: external.map(({ host, port, tls }) => ({ host, port, tls })),
    ...(gutter !== undefined && { gutter: { pool: gutter.pool, ttl: durationOf(gutter.ttlSeconds * 1000) } }),
    ...(warmUp !== undefined && { warmUp: { from: warmUp.from, ttl: durationOf(warmUp.ttlSeconds * 1000) } }),
    ...(Object.keys(pod).length > 0 && { pod }),
  }
}

/** What a scale changes, and what that is where it does not follow from the layout. */
function writtenReplicas(pool: Pool): JsonObject {
  if (isExternal(pool)) return {}
  const isImplied = pool.topology === impliedTopology(pool)
  return { replicas: sizeOf(pool), ...(!isImplied && { replicasOf: replicasOf(countedBy(pool.topology)) }) }
}

export function writtenMemory(mebibytes: number): string {
  return binarySize(mebibytes * 1024 ** 2)
}

/** @param size as memcached reads it: 1m, 512k */
export function writtenItemSize(size: string): string {
  return binarySize(itemBytes(size) ?? 0)
}
