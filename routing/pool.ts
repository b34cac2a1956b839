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

/** What mcrouter calls the pool {@link MAIN_POOL}, and pools of a single copy of it are named after. */
export const POOL = 'memcached'

/** What mcrouter calls a pool. With a dot, which no pool's own name has, so that none is a pool of a single copy of another. */
export function poolKey(pool: string): string {
  return pool === MAIN_POOL ? POOL : `${POOL}.${pool}`
}

/** Which pool mcrouter calls so; undefined for a pool of a single copy, and for what is not ours. */
export function poolOfKey(key: string): string | undefined {
  if (key === POOL) return MAIN_POOL
  const pool = key.startsWith(`${POOL}.`) ? key.slice(POOL.length + 1) : ''
  return pool !== MAIN_POOL && isDnsLabel(pool) ? pool : undefined
}

/** What mcrouter calls one copy of a pool. Of a further pool with a second dot: another may be called `users-0`. */
export function copyKey(pool: string, copy: number): string {
  return pool === MAIN_POOL ? `${POOL}-${copy}` : `${poolKey(pool)}.${copy}`
}

/** The pool of which mcrouter calls one copy so; undefined for anything else. */
export function poolOfCopyKey(key: string): string | undefined {
  const [, pool, ofMain] = /^(.+)\.\d+$|^(.+)-\d+$/.exec(key) ?? []
  if (ofMain !== undefined) return ofMain === POOL ? MAIN_POOL : undefined
  return pool === undefined || pool === POOL ? undefined : poolOfKey(pool)
}

/** What mcrouter calls those servers of a pool that are in it before and after a resize; no other pool, nor a copy of one, is called so. */
export function keptKey(pool: string): string {
  return pool === MAIN_POOL ? `${POOL}-kept` : `${poolKey(pool)}.kept`
}

/** What a handle for requests to a pool is called: no two pools have one of the same name. */
export function handleName(pool: string, handle: string): string {
  return pool === MAIN_POOL ? handle : `${pool}.${handle}`
}

/** In milliseconds. */
export interface PoolTimeouts {
  /** In which a server has to have answered; before release 40 it covers connecting as well. */
  readonly server: number
  readonly connect: number
}

export function wholePool(
  servers: readonly string[],
  features: Features,
  timeouts: PoolTimeouts,
): PoolConfig {
  return {
    servers: servers.map(literal),
    server_timeout: timeouts.server,
    ...(features.connectTimeout ? { connect_timeout: timeouts.connect } : {}),
  }
}

/** A pool of some servers of another, so that a route can name them. */
export function partOf(key: string, servers: readonly string[]): PoolConfig {
  return { inherit: key, servers: servers.map(literal) }
}
