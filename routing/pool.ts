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

/** A node that drops packets is noticed in a fifth of a second, once. */
const CONNECT_TIMEOUT_MS = 200

/** @param timeoutMs in which a server has to have answered; before release 40 it covers connecting as well */
export function wholePool(servers: readonly string[], features: Features, timeoutMs: number): Pool {
  return {
    servers: servers.map(literal),
    server_timeout: timeoutMs,
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
