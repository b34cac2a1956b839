import { counting, isExternal, type Layout, serversIn, topologyOf } from '../../schemas/layout.ts'
import { MAIN_POOL, type Mcrouter, type Pool, type Pools } from '../../schemas/mcrouter.ts'
import { isConsented, type Renumbering, renumberingOf } from '../../schemas/validation/consent.ts'
import type { KubeObject } from '../kube/api.ts'
import type { Observed } from '../observe/caches.ts'
import type { Child } from '../observe/child.ts'
import { layoutsIn } from '../observe/last-status.ts'
import { type Published, routedTo, zonedTo } from '../observe/published.ts'
import { asItRuns } from '../observe/running-pool.ts'
import { runningZones } from '../observe/running-zones.ts'
import { externalBefore } from './lost-config.ts'

/** A change of a pool to which nobody has consented, and which is not made until somebody has. */
export interface Held extends Renumbering {
  /** As routers use it, and go on to. */
  readonly before: Pool
}

/**
 * The changes of layouts that admission would have refused, and did not see: a scale has only a number, and a spec may have been
 * written while the webhook was away. What was before is what routers were told.
 *
 * @param asksConsent whether whoever wrote the layout of the main pool is asked about changes that every version has words for
 */
export function heldBack(
  mcrouter: Mcrouter,
  stored: KubeObject,
  observed: Pick<Observed, 'children' | 'pods'>,
  asksConsent: boolean,
): readonly Held[] {
  const published = observed.children.find((child) => child.published !== undefined)?.published
  return mcrouter.pools.flatMap((pool): Held[] => {
    const before = formerOf(pool, mcrouter, { children: observed.children, published }, stored)
    if (before === undefined) return []
    const change = renumberingOf(before, pool, mcrouter)
    if (change === undefined || isConsented(stored.metadata, before, pool)) return []
    if (!asksConsent && !isNewer(before) && !isNewer(pool)) return []
    const isTakenOver = isExternal(pool) && !isExternal(before)
    return [{ ...change, before: isTakenOver ? asItRuns(before, mcrouter, observed) : before }]
  })
}

/** With the pools as they were whose change is held back. */
export function asBefore(mcrouter: Mcrouter, held: readonly Held[]): Mcrouter {
  const kept = new Map(held.map(({ before }) => [before.name, before]))
  const [main, ...others] = mcrouter.pools
  const keep = (pool: Pool) => kept.get(pool.name) ?? pool
  const pools: Pools = [keep(main), ...others.map(keep)]
  return { ...mcrouter, pools }
}

/** A pool of the spec as routers use it; undefined where they do not, or nothing tells how. */
function formerOf(
  pool: Pool,
  mcrouter: Mcrouter,
  known: { readonly children: readonly Child[]; readonly published: Published | undefined },
  stored: KubeObject,
): Pool | undefined {
  const { published } = known
  const external = externalBefore(published, stored, pool.name)
  if (external !== undefined) {
    const layout = { shards: external.length, copies: 1 }
    return { ...pool, ...layout, zones: [], topology: topologyOf(layout), external }
  }
  const layout = layoutBefore(pool, published, stored)
  if (layout === undefined) return undefined
  const zones = runningZones(pool, mcrouter, known, stored)
  if (zones.length > 0) return { ...pool, ...layout, zones, topology: counting('shards'), external: [] }
  // A scale counts what the spec says, as far as that is of our own servers and of such a layout.
  const isSaid = !isExternal(pool) && layout.shards === 1
  return { ...pool, ...layout, zones, topology: isSaid ? pool.topology : topologyOf(layout), external: [] }
}

/**
 * The configuration says it best: the status is written after it. The status alone has the copies of a pool to which no route leads, as
 * far as it is of as many servers; and all of them while the configuration is lost.
 */
function layoutBefore(pool: Pool, published: Published | undefined, { status = {} }: KubeObject) {
  const recorded = layoutsIn(status)?.get(pool.name)
  if (published === undefined) return recorded
  const shown = layoutIn(published, pool.name)
  const routed = routedTo(published, pool.name)
  if (shown !== undefined || routed === 0) return shown
  if (recorded !== undefined && serversIn(recorded) === routed) return recorded
  // Whatever its copies, its servers are to be others.
  return isExternal(pool) ? { shards: routed, copies: 1 } : undefined
}

function layoutIn(published: Published, pool: string): Layout | undefined {
  const { copies = {} } = published
  const known = zonedTo(published, pool) || (Object.hasOwn(copies, pool) ? copies[pool] : undefined)
  // A further pool of several copies has them in the configuration only where a prefix leads to it.
  const held = known ?? (pool === MAIN_POOL ? 1 : undefined)
  const shards = routedTo(published, pool) / (held ?? 1)
  return held === undefined || shards < 1 || !Number.isInteger(shards) ? undefined : { shards, copies: held }
}

/** Whether v1alpha3, which never asks, has no words for it. */
function isNewer(pool: Pool): boolean {
  return pool.name !== MAIN_POOL || isExternal(pool) || (pool.shards > 1 && pool.copies > 1)
}
