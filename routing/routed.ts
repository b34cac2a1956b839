import { type Layout, layoutOf } from '../schemas/layout.ts'
import type { Pool } from '../schemas/mcrouter.ts'

/** A pool as routers are to see it. */
export interface Routed {
  readonly pool: Pool
  readonly layout: Layout
  /** By ordinal, and of whole shards. */
  readonly servers: readonly string[]
}

/** @param servers by ordinal; while the pool is being scaled not as many as its spec says */
export function routed(pool: Pool, servers: readonly string[]): Routed {
  const layout = layoutIn(pool, servers.length)
  return { pool, layout, servers: servers.slice(0, layout.shards * layout.copies) }
}

/** Of shards in copies a server more is half a shard, which nobody can use. */
function layoutIn({ shards, copies, topology }: Pool, servers: number): Layout {
  if (shards === 1 || copies === 1) return layoutOf(topology, servers)
  return { shards: Math.max(1, Math.floor(servers / copies)), copies: Math.min(copies, servers) }
}
