import type { Pool, Pools, Topology } from './mcrouter.ts'

/** How the servers of a pool hold its keys. */
export type Layout = Pick<Pool, 'shards' | 'copies'>

/** Whether its servers are not ours, so that nothing is done but to route to them. */
export function isExternal({ external }: Pick<Pool, 'external'>): boolean {
  return external.length > 0
}

/** Whether each copy is in a zone of its own. */
export function isZoned({ zones }: Pick<Pool, 'zones'>): boolean {
  return zones.length > 0
}

/** The zones that the routers of a Mcrouter are in, by copy; none where they may be in any. */
export function zonesIn(pools: Pools): Pool['zones'] {
  return pools.find(isZoned)?.zones ?? []
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

/** The number that a further server changes, and a scale: the copies of a replicated pool, the shards of any other. */
export function countedBy(topology: Topology): keyof Layout {
  return LAYOUTS[topology](2).copies > 1 ? 'copies' : 'shards'
}

/** The topology of a pool of which a further server changes that number. */
export function counting(number: keyof Layout): Topology {
  return number === 'copies' ? 'replicated' : 'sharded'
}

/** What that number is. */
export function sizeOf(pool: Layout & Pick<Pool, 'topology'>): number {
  return pool[countedBy(pool.topology)]
}

/** What a further server adds to a pool of which nothing but its layout is known. */
export function topologyOf({ shards, copies }: Layout): Topology {
  return counting(shards === 1 && copies > 1 ? 'copies' : 'shards')
}

/** How the pool of that name spreads its keys; of one that the spec no longer has, each is taken to be on one server. */
export function spreadOf(pools: Pools, name: string): Pick<Pool, 'topology' | 'copies'> {
  return pools.find((pool) => pool.name === name) ?? REMOVED
}

const REMOVED = { topology: 'sharded', copies: 1 } as const
