import type { Pool, Topology } from './mcrouter.ts'

/** What differs by topology. */
export interface TopologyFacts {
  /** Where its keys are and what follows from that, for the documentation of the API. */
  readonly description: string
  /** Whether every key is on other servers as well, so that a shrink loses next to nothing. */
  readonly copies: boolean
  /** How many of so many servers may be down while every key can be read and written. */
  readonly tolerated: (servers: number) => number
  /** The memcached servers that have to be ready for that, in words. */
  readonly enough: string
  /** Warning about a pool of one server; undefined for none. */
  readonly single: string | undefined
  readonly resize: ResizeEffect
  /** What of the values on servers that go is lost, as the object of "loses". */
  readonly loses: string
  /** Whether a pool that had grown and shrinks again reads from servers that missed the writes in between. */
  readonly staleAfterShrink: boolean
  /** Whether a get that misses asks servers that were there before, while those that were added fill up. */
  readonly readsPastMisses: boolean
  /** What the end of one server's process means for the data. */
  readonly restart: string
  /** What becomes of the keys of a pool that was of another topology: each of both asks the same server first. */
  readonly change: string
}

/** What a change of the pool's size means, after `2 → 4 servers`. */
export interface ResizeEffect {
  /**
   * @param share such as `about 50 % of the keys`
   * @param target where these are looked for from now on, as the subject of "empty"
   */
  readonly growth: (share: string, target: string) => string
  /** What becomes of the values on the servers that go. */
  readonly shrink: string
}

/** One that lacks an entry does not compile. */
export const TOPOLOGIES: Readonly<Record<Topology, TopologyFacts>> = {
  sharded: {
    description:
      'each key is on one server, so the pool holds as much as all together; while a server is down its keys miss',
    copies: false,
    tolerated: () => 0,
    enough: 'all memcached servers',
    single: undefined,
    resize: {
      growth: (share, target) => ` moves ${share}, all to ${target} empty`,
      shrink: 'what is stored there is lost',
    },
    loses: 'what is stored there',
    staleAfterShrink: true,
    readsPastMisses: false,
    restart: 'all keys that it held are lost',
    change:
      'each key is asked of the server that was asked first before, and of no other; what the others hold of it is not changed any more, and comes back if the servers become more or fewer, or copies again, before it expires',
  },
  replicated: {
    description:
      'every key is on every server, so it can be read and written while one of them is down; the pool holds as much as one server',
    copies: true,
    tolerated: (servers) => (servers > 1 ? 1 : 0),
    enough: 'all but one',
    single: 'there is no second copy of any key',
    resize: {
      // What reads past a miss cannot give: see routing/past-misses.ts.
      growth: (share, target) =>
        `: ${share} are looked for first on ${target} empty; for an hour, unless the operator is set otherwise, get also asks servers that were there before; every other operation, and get after that, misses what was not set again`,
      shrink: 'the servers that stay hold them as well, but not what incr, decr or cas changed there',
    },
    // incr, decr and cas go to one server only.
    loses: 'what incr, decr or cas changed there',
    staleAfterShrink: false,
    readsPastMisses: true,
    restart: 'its copy of the data is lost, the other servers have theirs',
    change:
      'get, incr, decr and cas find what they found before; until a key is set again, the other servers lack it or have an older value of it, which is read while its server is down, and an add of a key that is there can succeed',
  },
}

/** What it means that servers of a pool are gone or come back empty: that goes by its copies, whatever a further server adds. */
export function lossIn({
  topology,
  copies,
}: Pick<Pool, 'topology' | 'copies'>): Pick<TopologyFacts, 'tolerated' | 'restart'> {
  return copies > 1 ? TOPOLOGIES.replicated : TOPOLOGIES[topology]
}
