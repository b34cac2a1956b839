import type { Layout } from '../schemas/layout.ts'
import type { Pool } from '../schemas/mcrouter.ts'
import { copyKey, handleName, type PoolConfig, partOf, poolKey } from './pool.ts'
import { type CompositeHandle, hashRoute } from './route-handle.ts'

/**
 * With the same hash over copies and over shards, keys would be spread over some of the servers only: of 4 shards in 2 copies,
 * two servers would be the home of no key. Another salt is another home for every key.
 */
const SALT = 'v2'

/** The copies of a pool, each with all of its shards, and how a route names them. */
export interface CopySet {
  readonly pools: Readonly<Record<string, PoolConfig>>
  readonly handles: readonly CompositeHandle[]
  /** For each copy, what reaches the server in it that has the key. */
  readonly each: readonly string[]
  /** The same of all of them, as children. */
  readonly all: readonly string[]
  /** What reaches the key's home, the copy that is read first. */
  readonly home: string
  /** For a hash over the copies. */
  readonly salt: string | undefined
}

/**
 * The server of a shard in a copy has the ordinal shard × copies + copy, so that a further shard comes at the end. `Pool|` is the
 * plain list of servers: `PoolRoute|` would put the async log in the way, which answers for a failed delete as if it had been done.
 *
 * @param servers by ordinal
 */
export function copySet({ name }: Pick<Pool, 'name'>, layout: Layout, servers: readonly string[]): CopySet {
  const key = poolKey(name)
  const copies = Array.from({ length: layout.copies }, (_, copy) => copy)
  const isIn = (copy: number) => (_: string, ordinal: number) => ordinal % layout.copies === copy
  const pools = copies.map((copy) => [copyKey(name, copy), partOf(key, servers.filter(isIn(copy)))] as const)
  const lists = pools.map(([copy]) => `Pool|${copy}`)
  if (layout.shards === 1) {
    return {
      pools: Object.fromEntries(pools),
      handles: [],
      each: lists,
      all: [`Pool|${key}`],
      home: `PoolRoute|${key}`,
      salt: undefined,
    }
  }
  const handles = lists.map((list, copy) => hashRoute(handleName(name, `copy-${copy}`), [list]))
  const each = handles.map((handle) => handle.name)
  const home = hashRoute(handleName(name, 'home'), each, SALT)
  return {
    pools: Object.fromEntries(pools),
    handles: [...handles, home],
    each,
    all: each,
    home: home.name,
    salt: SALT,
  }
}
