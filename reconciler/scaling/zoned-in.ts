import type { ScaleStep } from '../../render/rendering.ts'
import { isZoned } from '../../schemas/layout.ts'
import type { Pools } from '../../schemas/mcrouter.ts'

/** In how many copies the servers of a pool are that routers use, each in a zone; 0 where they are in none. */
export function zonedIn(pools: Pools, name: string, step: ScaleStep | undefined): number {
  const pool = pools.find((one) => one.name === name)
  const { zoned = pool !== undefined && isZoned(pool), routed = 0, copies = pool?.copies ?? 1 } = step ?? {}
  return zoned && routed > 0 ? copies : 0
}
