import { MAIN_POOL, type Mcrouter } from '../../../schemas/mcrouter.ts'
import { mcrouterWith } from '../../../testing/mcrouter.ts'

/** Servers that a spec asks for, by pool; a pool that is not there is not in the spec. */
export type Sizes = Readonly<Record<string, number>> & { readonly main: number }

/** In how many copies the servers of pools are; one where it is not said. */
export type Copies = Readonly<Record<string, number>>

/** Servers that others run, by pool: one that is here has no own servers. */
export type Others = Readonly<Record<string, number>>

/** Their hosts, which no server of the Mcrouter is called. */
export const OTHERS = 'others'

/** With routes over the first pool, and over those in copies. */
export function mcrouterOf({ main, ...further }: Sizes, copies: Copies, others: Others = {}): Mcrouter {
  const layout = (name: string, servers: number) => {
    const each = copies[name] ?? 1
    return { shards: servers / each, copies: each }
  }
  const pools = Object.entries(further).map(([name, servers]) => ({ name, ...layout(name, servers) }))
  const inCopies = pools.filter((pool) => pool.copies > 1)
  const beside = Object.entries(others)
    .filter(([name]) => name !== MAIN_POOL)
    .map(([name, count]) => ({ name, ...externalOf(name, count) }))
  const prefixes = inCopies.map(({ name }) => ({ prefix: `${name}:`, pool: name }))
  const memcached = others.main === undefined ? layout(MAIN_POOL, main) : externalOf(MAIN_POOL, others.main)
  return mcrouterWith({ memcached, pools: [...pools.map(own), ...beside], prefixes })
}

/** The defaults of further pools are those of the first. */
function own<Pool>(pool: Pool) {
  return { ...pool, external: [] }
}

function externalOf(pool: string, count: number) {
  const external = Array.from({ length: count }, (_, index) => ({
    host: `${OTHERS}-${pool}-${index}.example.com`,
    port: 11_211,
    tls: index === 0,
  }))
  return { shards: count, copies: 1, external }
}
