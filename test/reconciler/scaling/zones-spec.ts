import type { Mcrouter } from '../../../schemas/mcrouter.ts'
import { mcrouterWith } from '../../../testing/mcrouter.ts'

/** Shards that a spec asks for, by pool. */
export type Shards = Readonly<Record<string, number>> & { readonly main: number }

/** All of its pools have a copy in each of the zones; one copy where there are none. A prefix leads to each. */
export function mcrouterInZones(
  { main, ...further }: Shards,
  zones: readonly string[],
  memoryMb = 64,
): Mcrouter {
  const copies = Math.max(1, zones.length)
  const others = Object.entries(further)
  return mcrouterWith({
    topology: 'sharded',
    routers: { replicas: 4 },
    memcached: { shards: main, copies, zones, memoryMb },
    pools: others.map(([name, shards]) => ({ name, shards })),
    prefixes: others.map(([pool]) => ({ prefix: `${pool}:`, pool })),
  })
}
