import type { Routers } from '../schemas/mcrouter.ts'
import { type PoolConfig, wholePool } from './pool.ts'
import type { Features } from './release.ts'
import type { Routed } from './routed.ts'
import { serverTimeout } from './server-timeout.ts'

/** A pool with how long routers wait for its servers. */
export function whole({ pool, servers }: Routed, { timeouts }: Routers, features: Features): PoolConfig {
  const { serverMs = serverTimeout(pool.maxItemSize), connectMs } = timeouts
  return wholePool(servers, features, { server: serverMs, connect: connectMs })
}
