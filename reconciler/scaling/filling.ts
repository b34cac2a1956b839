import type { EpochMs } from '../../process/clock.ts'
import { MAIN_POOL, type Topology } from '../../schemas/mcrouter.ts'
import { TOPOLOGIES } from '../../schemas/topologies.ts'
import { type Published, routedTo } from '../observe/published.ts'

/**
 * Until when reads go past a miss; undefined when they need not.
 *
 * Servers that a replicated pool gains are the homes of their share of the keys, and empty: without this, each of those keys
 * misses until it is written again. A configuration that is published anew for another reason meanwhile starts the time anew.
 *
 * @param published what routers have now, and since when
 * @param routed how many servers of the pool {@link MAIN_POOL} they are to use next
 */
export function fillingUntil(
  topology: Topology,
  published: (Published & { readonly at: EpochMs }) | undefined,
  routed: number,
  fillMs: number,
  now: EpochMs,
): number | undefined {
  if (!TOPOLOGIES[topology].readsPastMisses || published === undefined) return undefined
  const before = routedTo(published, MAIN_POOL)
  const since = routed > before ? now : published.at
  const isFilling = routed > before || published.filling
  return isFilling && now < since + fillMs ? since + fillMs : undefined
}
