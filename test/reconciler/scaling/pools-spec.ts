import type { Mcrouter } from '../../../schemas/mcrouter.ts'
import { mcrouterWith } from '../../../testing/mcrouter.ts'

/** Servers that a spec asks for, by pool; a pool that is not there is not in the spec. */
export type Sizes = Readonly<Record<string, number>> & { readonly main: number }

/** In how many copies the servers of pools are; one where it is not said. */
export type Copies = Readonly<Record<string, number>>

/** With routes over the first pool, and over those in copies. */
export function mcrouterOf({ main, ...others }: Sizes, copies: Copies): Mcrouter {
  const layout = (name: string, servers: number) => {
    const each = copies[name] ?? 1
    return { shards: servers / each, copies: each }
  }
  const pools = Object.entries(others).map(([name, servers]) => ({ name, ...layout(name, servers) }))
  const inCopies = pools.filter((pool) => pool.copies > 1)
  const prefixes = inCopies.map(({ name }) => ({ prefix: `${name}:`, pool: name }))
  return mcrouterWith({ memcached: layout('main', main), pools, prefixes })
}
