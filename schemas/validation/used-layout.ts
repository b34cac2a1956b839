import { isDeepStrictEqual } from 'node:util'
import { isJsonObject } from '../json.ts'
import { isExternal } from '../layout.ts'
import type { Pool } from '../mcrouter.ts'

/**
 * Whether routers use a pool of our own servers as it is to be, as the status has it. So it is where a change before was held back, and
 * somebody goes back: no key is looked for elsewhere. A status may be late by one pass, which asks again.
 */
export function isUsed(pool: Pool, status: unknown): boolean {
  const pools = isJsonObject(status) && Array.isArray(status.pools) ? status.pools : []
  const used: unknown = pools.find((one) => isJsonObject(one) && one.name === pool.name)
  if (!isJsonObject(used) || used.external !== undefined || isExternal(pool)) return false
  if (!isDeepStrictEqual(used.zones ?? [], pool.zones)) return false
  return used.copies === pool.copies && used.routedServers === pool.shards * pool.copies
}
