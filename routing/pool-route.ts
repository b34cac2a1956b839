import { isZoned } from '../schemas/layout.ts'
import { MAIN_POOL } from '../schemas/mcrouter.ts'
import { copiesRoute } from './copies.ts'
import { gutterRoute } from './gutter.ts'
import type { Features } from './release.ts'
import type { Resize } from './resize.ts'
import { resizedRoute } from './resized.ts'
import type { Route } from './route.ts'
import type { Routed } from './routed.ts'
import { shardedRoute } from './sharded.ts'
import { warmUpRoute } from './warm-up.ts'
import { zonedRoute } from './zones.ts'

/** What a configuration depends on beside the spec and the servers. */
export interface Circumstances {
  /** While routers are being replaced not those of the spec's release. */
  readonly features: Features
  /** Whether copies were added to the pool {@link MAIN_POOL} a short while ago. */
  readonly filling: boolean
  /** Of a pool in zones, the place of the first of those; all are taken to be new where not given. */
  readonly fillingFrom?: number | undefined
  /** By pool, in how many copies its servers are to be seen where that is not as its spec says, while it is being scaled. */
  readonly copies?: ReadonlyMap<string, number>
  /** By pool, whether each of those is in a zone, where that is not as its spec says. */
  readonly zoned?: ReadonlyMap<string, boolean>
  /** By pool that is being resized warm: it has the servers of the larger size. */
  readonly resizes?: ReadonlyMap<string, Resize>
}

/**
 * How requests for the keys of a pool are routed. A pool with copies gets neither gutter nor warm-up: validation refuses both
 * (schemas/validation/rules/gutter.ts and warm-up.ts).
 *
 * One that is resized warm has none of these (routing/warmth.ts).
 *
 * @param known names of the pools that routers have; a gutter or warm-up that names another is left out until they have it
 */
export function routeOf(
  { pool, layout, servers }: Routed,
  known: ReadonlySet<string>,
  { features, filling, fillingFrom = 0, zoned, resizes }: Circumstances,
): Route {
  const { name, gutter, warmUp } = pool
  const resize = resizes?.get(name)
  if (resize !== undefined) return resizedRoute(name, resize, servers, features)
  if (layout.copies > 1 && (zoned?.get(name) ?? isZoned(pool)))
    return zonedRoute(
      pool,
      layout,
      servers,
      features,
      filling && name === MAIN_POOL ? fillingFrom : undefined,
    )
  if (layout.copies > 1) return copiesRoute(pool, layout, servers, features, filling && name === MAIN_POOL)
  const own =
    gutter && known.has(gutter.pool) ? gutterRoute(name, gutter, features) : shardedRoute(name, features)
  return warmUp && known.has(warmUp.from) ? warmUpRoute(name, own, warmUp, features) : own
}
