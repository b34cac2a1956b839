import { literal } from './literal.ts'
import type { Features } from './release.ts'

/** A list of servers and how to speak to them, as in mcrouter's `pools`. */
export interface Pool {
  /** Name of a pool whose options this one takes where it has none. */
  readonly inherit?: string
  /** `host:port`, by hash index. */
  readonly servers: readonly string[]
  /** Milliseconds, 1..1000000. */
  readonly server_timeout?: number
  /** Milliseconds, 1..1000000. */
  readonly connect_timeout?: number
}

/** The pool of all servers. Other pools are named after it. */
export const POOL = 'memcached'

/** Half of mcrouter's own second: a hung server costs a request this much, three times, until it is left out. */
const SERVER_TIMEOUT_MS = 500
/** A node that drops packets is noticed in a fifth of a second, once. */
const CONNECT_TIMEOUT_MS = 200

export function wholePool(servers: readonly string[], features: Features): Pool {
  return {
    servers: servers.map(literal),
    server_timeout: SERVER_TIMEOUT_MS,
    ...(features.connectTimeout ? { connect_timeout: CONNECT_TIMEOUT_MS } : {}),
  }
}

/** A pool of one server of the pool above, so that a route can name it. */
export function singlePool(server: string): Pool {
  return { inherit: POOL, servers: [literal(server)] }
}

export function singlePoolName(ordinal: number): string {
  return `${POOL}-${ordinal}`
}
