import type { JsonObject } from '../schemas/json.ts'
import { isJsonObject } from '../schemas/json.ts'
import type { Mcrouter, Routers } from '../schemas/mcrouter.ts'
import { copySet } from './copy-set.ts'
import { type PoolConfig, poolKey } from './pool.ts'
import type { Circumstances } from './pool-route.ts'
import { type Features, featuresOf } from './release.ts'
import { type Routed, routed } from './routed.ts'
import { whole } from './whole.ts'

/** The servers of a pool as `host:port`, by ordinal. */
export interface PoolServers {
  /** Those that routers use now. */
  readonly routed: readonly string[]
  /** Those of the spec. */
  readonly all: readonly string[]
}

/**
 * mcrouter's own JSON of a Mcrouter, as it is written, with the operator's pools filled in: each as in every configuration
 * (`memcached`, `memcached.users`, their copies), by which what is published is read back, and under the name that the Mcrouter has for
 * it (`main`, `users`), as a pool that inherits from that. What a route may name and no router may use yet has the servers
 * of the spec: without it mcrouter would refuse the whole.
 *
 * @param servers of each pool
 */
export function ownConfig(
  { routers, pools }: Pick<Mcrouter, 'routers' | 'pools'>,
  config: JsonObject,
  servers: readonly PoolServers[],
  { features, copies }: Pick<Circumstances, 'features' | 'copies'> = {
    features: featuresOf(routers.release),
  },
): JsonObject {
  const filled = pools.flatMap((pool, index) => {
    const { routed: now = [], all = [] } = servers[index] ?? {}
    const used = routed(pool, now, copies?.get(pool.name))
    return [
      ...standIns(routed(pool, all), routers, features),
      ...(used.servers.length > 0 ? entries(used, routers, features) : []),
    ]
  })
  const own = isJsonObject(config.pools) ? config.pools : {}
  return { ...config, pools: { ...Object.fromEntries(filled), ...own } }
}

type Entry = readonly [string, Partial<PoolConfig>]

function entries(one: Routed, routers: Routers, features: Features): Entry[] {
  const { name } = one.pool
  const key = poolKey(name)
  return [[key, whole(one, routers, features)], [name, { inherit: key }], ...copiesOf(one)]
}

/** Of all that routes may name, but for the pool's key: that is read back as what routers use. */
function standIns(one: Routed, routers: Routers, features: Features): Entry[] {
  const all = whole(one, routers, features)
  const copies = copiesOf(one).map(([key, { servers = [] }]): Entry => [key, { ...all, servers }])
  return [[one.pool.name, all], ...copies]
}

function copiesOf({ pool, layout, servers }: Routed): Entry[] {
  return layout.copies > 1 ? Object.entries(copySet(pool, layout, servers).pools) : []
}
