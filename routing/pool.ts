import { MAIN_POOL } from '../schemas/mcrouter.ts'
import { isDnsLabel } from '../text/label.ts'
import { literal } from './literal.ts'
import type { Features } from './release.ts'

/** A list of servers and how to speak to them, as in mcrouter's `pools`. */
export interface PoolConfig {
  /** Name of a pool whose options this one takes where it has none. */
  readonly inherit?: string
  /** `host:port`, by hash index. */
  readonly servers: readonly string[]
  /** Milliseconds, 1..1000000. */
  readonly server_timeout?: number
  /** Milliseconds, 1..1000000. */
  readonly connect_timeout?: number
}

/** What mcrouter calls the pool {@link MAIN_POOL}, and pools of a single server of it are named after. */
export const POOL = 'memcached'

/** What mcrouter calls a pool. With a dot, which no pool's own name has, so that none is a pool of a single server of another. */
export function poolKey(pool: string): string {
  return pool === MAIN_POOL ? POOL : `${POOL}.${pool}`
}

/** Which pool mcrouter calls so; undefined for a pool of a single server, and for what is not ours. */
export function poolOfKey(key: string): string | undefined {
  if (key === POOL) return MAIN_POOL
  const pool = key.startsWith(`${POOL}.`) ? key.slice(POOL.length + 1) : ''
  return pool !== MAIN_POOL && isDnsLabel(pool) ? pool : undefined
}

/** A node that drops packets is noticed in a fifth of a second, once. */
const CONNECT_TIMEOUT_MS = 200

/** @param timeoutMs in which a server has to have answered; before release 40 it covers connecting as well */
export function wholePool(servers: readonly string[], features: Features, timeoutMs: number): PoolConfig {
  return {
    servers: servers.map(literal),
    server_timeout: timeoutMs,
    ...(features.connectTimeout ? { connect_timeout: CONNECT_TIMEOUT_MS } : {}),
  }
}

/** A pool of one server of {@link MAIN_POOL}, so that a route can name it. */
export function singlePool(server: string): PoolConfig {
  return { inherit: POOL, servers: [literal(server)] }
}

/** What mcrouter calls the {@link singlePool} of the server with that ordinal. */
export function singlePoolName(ordinal: number): string {
  return `${POOL}-${ordinal}`
}
