import type { EpochMs } from '../../process/clock.ts'
import type { ScaleStep } from '../../render/rendering.ts'
import { isZoned } from '../../schemas/layout.ts'
import { MAIN_POOL, type Pool } from '../../schemas/mcrouter.ts'
import { TOPOLOGIES } from '../../schemas/topologies.ts'
import { type Published, routedTo, zonedTo } from '../observe/published.ts'

/**
 * Until when reads go past a miss; undefined when they need not.
 *
 * Servers that a replicated pool gains are the homes of their share of the keys, and empty: without this, each of those keys
 * misses until it is written again. A configuration that is published anew for another reason meanwhile starts the time anew.
 *
 * The same holds for a zone that a pool gains, whose routers read its copy first.
 *
 * @param pool {@link MAIN_POOL}
 * @param published what routers have now, and since when
 * @param step what they are to use of it next
 */
export function fillingUntil(
  pool: Pick<Pool, 'topology' | 'zones'>,
  published: (Published & { readonly at: EpochMs }) | undefined,
  step: ScaleStep,
  fillMs: number,
  now: EpochMs,
): number | undefined {
  if (!readsPastMisses(pool) || published === undefined) return undefined
  const grows = isZoned(pool) ? hasNewZone(published, step) : step.routed > routedTo(published, MAIN_POOL)
  const since = grows ? now : published.at
  const isFilling = grows || published.filling
  return isFilling && now < since + fillMs ? since + fillMs : undefined
}

function readsPastMisses(pool: Pick<Pool, 'topology' | 'zones'>): boolean {
  return isZoned(pool) || TOPOLOGIES[pool.topology].readsPastMisses
}

/** Beside others, which have what it lacks. */
function hasNewZone(published: Published, { zoned = true, copies = 0 }: ScaleStep): boolean {
  const before = zonedTo(published, MAIN_POOL)
  return zoned && before > 0 && copies > before
}

/** The place of the first zone whose routers read past misses from now on; undefined where zones are not told apart. */
export function fillingFrom(published: Published | undefined): number | undefined {
  const before = published === undefined ? 0 : zonedTo(published, MAIN_POOL)
  if (published === undefined || before === 0) return undefined
  return published.filling ? Math.min(before, published.fillingFrom ?? before) : before
}
