import { mcrouterOfConfig } from '../../render/names.ts'
import { digest } from '../../routing/digest.ts'
import { CONFIG_KEY } from '../../routing/flags.ts'
import { isPastMisses } from '../../routing/past-misses.ts'
import { POOL, poolKey, poolOfCopyKey, poolOfKey } from '../../routing/pool.ts'
import type { Features } from '../../routing/release.ts'
import { routePrefix } from '../../routing/route-prefix.ts'
import { copyOfServer, externalServer, isServerOf } from '../../routing/servers.ts'
import type { JsonObject } from '../../schemas/json.ts'
import { type ExternalServer, MAIN_POOL, MOST_POOLS, MOST_ZONES } from '../../schemas/mcrouter.ts'
import type { ObjectMeta } from '../kube/api.ts'
import type { BuiltInObject } from '../kube/built-in.ts'
import { record, text } from './untyped.ts'

/** The configuration that we wrote into a ConfigMap for the routers. */
export interface Published {
  /** md5 in hex. */
  readonly digest: string
  /** By pool, how many servers of our own are routed to: {@link routedTo}. */
  readonly routed: Readonly<Record<string, number>>
  /** By pool whose servers others run, those that are routed to. */
  readonly external?: Readonly<Record<string, readonly ExternalServer[]>>
  /** By pool, in how many copies; of those that have some. */
  readonly copies?: Readonly<Record<string, number>>
  /** By pool whose copies are in zones, how many of those are routed to: the first. */
  readonly zoned?: Readonly<Record<string, number>>
  /** What it uses that not every release understands. */
  readonly features: Features
  /** Whether reads go past a miss, as they do while servers that were added fill up. */
  readonly filling: boolean
  /** Of a pool in zones, the place of the first of which the reads do. */
  readonly fillingFrom?: number
}

type ConfigMap = Pick<BuiltInObject<'ConfigMap'>, 'data'> & {
  readonly metadata: Pick<ObjectMeta, 'name' | 'namespace'>
}

/** Undefined when the ConfigMap holds none that is ours: none at all, or what somebody else wrote into it. */
export function publishedIn({ metadata, data }: ConfigMap): Published | undefined {
  const config = data?.[CONFIG_KEY]
  if (config === undefined) return undefined
  const json = parseConfig(config)
  const { pools, route, routes } = json
  const mcrouter = { name: mcrouterOfConfig(metadata.name), namespace: metadata.namespace ?? '' }
  const servers = serversIn(record(pools))
  if (servers === undefined) return undefined
  const isExternal = ([pool, all]: PoolServers) =>
    all.length > 0 && !all.some((server) => isServerOf(mcrouter, pool, server))
  const others = servers.filter(isExternal)
  const own = servers.filter((one) => !isExternal(one))
  const routed = Object.fromEntries(own.map(([pool, { length }]) => [pool, length]))
  const { connect_timeout } = record(record(pools)[POOL])
  const policies = routesIn(route, record(routes)).map((one) => record(ofMain(one).operation_policies))
  const fillingFrom = policies.findIndex(({ get }) => isPastMisses(text(get)))
  const features = {
    getAndTouch: policies[0]?.gat !== undefined,
    connectTimeout: connect_timeout !== undefined,
  }
  const copies = copiesIn(record(pools), routed)
  const zoned = own.flatMap(([pool, all]): [string, number][] => {
    const places = all.flatMap((server) => copyOfServer(mcrouter, pool, server) ?? [])
    return places.length === 0 ? [] : [[pool, Math.max(...places) + 1]]
  })
  return {
    digest: digest(config),
    routed,
    ...(others.length > 0 && { external: Object.fromEntries(others.map(externalIn)) }),
    copies,
    ...(zoned.length > 0 && { zoned: Object.fromEntries(zoned) }),
    features,
    filling: fillingFrom >= 0,
    ...(fillingFrom >= 0 && route === undefined && { fillingFrom }),
  }
}

/** What routers do, by the place of the zone that they are in; one where they are in none. */
function routesIn(route: unknown, routes: JsonObject): JsonObject[] {
  if (route !== undefined) return [record(route)]
  return Array.from({ length: MOST_ZONES }, (_, place) => record(routes[routePrefix(place)]))
}

/** The policies of the pool {@link MAIN_POOL}, which has the keys of no prefix. */
function ofMain(route: JsonObject): JsonObject {
  return route.wildcard === undefined ? route : record(route.wildcard)
}

/** How many copies of a pool are routed to that are in zones; 0 for one of which none is. */
export function zonedTo({ zoned = {} }: Published, pool: string): number {
  return Object.hasOwn(zoned, pool) ? (zoned[pool] ?? 0) : 0
}

/** How many own servers of a pool are routed to; 0 for one that routers do not know. */
export function routedTo({ routed }: Published, pool: string): number {
  return Object.hasOwn(routed, pool) ? (routed[pool] ?? 0) : 0
}

/** The servers of others that routers use for a pool; undefined for none. */
export function externalOf(
  published: Published | undefined,
  pool: string,
): readonly ExternalServer[] | undefined {
  const { external = {} } = published ?? {}
  return Object.hasOwn(external, pool) ? external[pool] : undefined
}

/** By pool; undefined where they are not those of a Mcrouter. */
function serversIn(pools: JsonObject): PoolServers[] | undefined {
  const all = Object.entries(pools).flatMap(([key, pool]): PoolServers[] => {
    const name = poolOfKey(key)
    const { servers } = record(pool)
    return name !== undefined && Array.isArray(servers) ? [[name, servers.map(text)]] : []
  })
  const isOurs = all.length <= MOST_POOLS && all.some(([name]) => name === MAIN_POOL)
  return isOurs ? all : undefined
}

type PoolServers = readonly [pool: string, servers: readonly string[]]

function externalIn([pool, servers]: PoolServers): [string, ExternalServer[]] {
  return [pool, servers.flatMap((server) => externalServer(server) ?? [])]
}

/**
 * Of the pools that are routed to: what somebody wrote beside them is not kept. A copy that mcrouter's own JSON may name and no router
 * uses yet does not inherit from its pool (routing/own-config.ts).
 */
function copiesIn(pools: JsonObject, routed: Published['routed']): Readonly<Record<string, number>> {
  const copies = new Map<string, number>()
  for (const [key, value] of Object.entries(pools)) {
    const pool = poolOfCopyKey(key)
    if (pool === undefined || !Object.hasOwn(routed, pool)) continue
    if (record(value).inherit === poolKey(pool)) copies.set(pool, (copies.get(pool) ?? 0) + 1)
  }
  return Object.fromEntries(copies)
}

function parseConfig(config: string): JsonObject {
  try {
    return record(JSON.parse(config))
  } catch {
    return {}
  }
}
