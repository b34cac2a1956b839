import type { Pool, Pools, Topology } from './mcrouter.ts'

/** How the servers of a pool hold its keys. */
export type Layout = Pick<Pool, 'shards' | 'copies'>

/** Whether its servers are not ours, so that nothing is done but to route to them. */
export function isExternal({ external }: Pick<Pool, 'external'>): boolean {
  return external.length > 0
}

/** How many servers a pool has, own or external. */
export function serversIn({ shards, copies }: Layout): number {
  return shards * copies
}

/** The layout of so many servers, each of which adds what the topology says. */
export function layoutOf(topology: Topology, servers: number): Layout {
  return LAYOUTS[topology](servers)
}

const LAYOUTS: Readonly<Record<Topology, (servers: number) => Layout>> = {
  sharded: (shards) => ({ shards, copies: 1 }),
  replicated: (copies) => ({ shards: 1, copies }),
}

/** The number that a scale changes: the copies of a replicated pool, the shards of any other. */
export function sizeOf({ topology, shards, copies }: Layout & Pick<Pool, 'topology'>): number {
  return topology === 'replicated' ? copies : shards
}

/** What a further server adds to a pool of which nothing but its layout is known. */
export function topologyOf({ shards, copies }: Layout): Topology {
  return shards === 1 && copies > 1 ? 'replicated' : 'sharded'
}

/** How the pool of that name spreads its keys; of one that the spec no longer has, each is taken to be on one server. */
export function spreadOf(pools: Pools, name: string): Pick<Pool, 'topology' | 'copies'> {
  return pools.find((pool) => pool.name === name) ?? REMOVED
}

const REMOVED = { topology: 'sharded', copies: 1 } as const
