import { countedBy, type Layout, layoutOf } from '../schemas/layout.ts'
import type { Pool } from '../schemas/mcrouter.ts'

/** A pool as routers are to see it. */
export interface Routed {
  readonly pool: Pool
  readonly layout: Layout
  /** By ordinal, and of whole shards. */
  readonly servers: readonly string[]
}

/**
 * @param servers by ordinal; while the pool is being scaled not as many as its spec says
 * @param copies in which they are then; not given where that is as the spec says
 */
export function routed(pool: Pool, servers: readonly string[], copies?: number): Routed {
  const layout = routedLayout(pool, servers.length, copies)
  return { pool, layout, servers: servers.slice(0, layout.shards * layout.copies) }
}

/** Of shards in copies a server more is half a shard, which nobody can use. */
export function routedLayout(
  { shards, copies, topology }: Pick<Pool, 'shards' | 'copies' | 'topology'>,
  servers: number,
  kept?: number,
): Layout {
  const isOfOneKind = countedBy(topology) === 'copies' ? shards === 1 : copies === 1
  if (kept === undefined && isOfOneKind) return layoutOf(topology, servers)
  const held = Math.min(kept ?? copies, servers)
  return { shards: Math.floor(servers / Math.max(1, held)), copies: held }
}
