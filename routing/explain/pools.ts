import { isJsonObject, type JsonObject } from '../../schemas/json.ts'
import { quote } from '../../text/quote.ts'
import { ConfigError, found } from './config-error.ts'
import { count } from './count.ts'
import type { Pool, Route } from './route.ts'

/** More are a cycle. */
const MOST_ANCESTORS = 100

/**
 * A pool by its name, or as it stands where it is used (mcrouter/PoolFactory.cpp).
 * @param one reads a server that is a route handle
 */
export function poolOf(json: unknown, pools: JsonObject, one: (json: unknown) => Route): Pool {
  const name = isJsonObject(json) ? json.name : json
  if (typeof name !== 'string') throw new ConfigError('a pool should have a name')
  const spec = inherited(isJsonObject(json) ? json : poolNamed(name, pools), pools, 0)
  const { servers, weights, tags } = spec
  if (!Array.isArray(servers)) throw new ConfigError(`pool ${quote(name)}: servers not found`)
  const hash = {
    ...(weights === undefined ? {} : { hash_func: 'WeightedCh3', weights }),
    ...(tags === undefined ? {} : { tags }),
  }
  return { name, servers: servers.map((server) => serverOf(name, server, one)), hash }
}

function poolNamed(name: string, pools: JsonObject): JsonObject {
  const spec = Object.hasOwn(pools, name) ? pools[name] : undefined
  return found(isJsonObject(spec) ? spec : undefined, `there is no pool ${quote(name)}`)
}

function inherited(spec: JsonObject, pools: JsonObject, depth: number): JsonObject {
  if (typeof spec.inherit !== 'string') return spec
  if (depth > MOST_ANCESTORS) throw new ConfigError('pools inherit in a cycle')
  return { ...inherited(poolNamed(spec.inherit, pools), pools, depth + 1), ...spec }
}

function serverOf(pool: string, json: unknown, one: (json: unknown) => Route): Route {
  if (typeof json !== 'string') return one(json)
  const server = found(ADDRESS.exec(json)?.[1], `pool ${quote(pool)}: invalid server ${quote(json)}`)
  return (request) => {
    count(request)
    return { kind: 'server', server, pool }
  }
}

/** `host:port`, with the protocol and what follows it behind (mcrouter/lib/network/AccessPoint.cpp). */
const ADDRESS = /^((?:\[[^\]]*\]|[^:[\]]*):\d+|unix:[^:]*)(?::|$)/
