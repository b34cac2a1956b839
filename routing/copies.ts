import type { Layout } from '../schemas/layout.ts'
import type { Pool } from '../schemas/mcrouter.ts'
import { type CopySet, copySet } from './copy-set.ts'
import { exactlyOnce } from './exactly-once.ts'
import { fanOut } from './fan-out.ts'
import { onMiss } from './on-miss.ts'
import { handleName } from './pool.ts'
import type { Features } from './release.ts'
import type { Route } from './route.ts'
import { type CompositeHandle, hashRoute, type Policies, REFUSED } from './route-handle.ts'

/** Copies that a read, or a write to one copy, tries: its own and two successors. More would make the text grow with N². */
const CHAIN_LENGTH = 3

/**
 * Every key on a server of each copy.
 *
 * Reads come from the key's home (the copy that Ch3 chooses, spread evenly and the same from every router) and fail
 * over to its neighbours. A `set`, `replace`, `touch` or `delete` leaves for the home first and is acknowledged once every
 * living copy has it; what may reach a server only once is acknowledged by a majority. With one of N copies dead these
 * succeed, but for `add` where there are two. cas, incr and decr ask the home alone, and fail while it is dead.
 * `add` is never won twice, counters and cas tokens never go back. With strict writes a write fails while any copy is dead.
 *
 * @param layout with two copies or more
 * @param servers by ordinal
 * @param filling whether copies were added a short while ago
 */
export function copiesRoute(
  pool: Pool,
  layout: Layout,
  servers: readonly string[],
  features: Features,
  filling: boolean,
): Route {
  const { name, writes } = pool
  const set = copySet(pool, layout, servers)
  const chains = set.each.map((_, home) => chain(name, set.each, home))
  const homes = chains.map((handle) => handle.name)
  const read = hashRoute(handleName(name, 'read'), homes, set.salt)
  const write = fanOut(name, writes === 'Strict' ? set.each : homes, set.salt)
  const once = exactlyOnce(pool, set)
  const touch = features.getAndTouch ? [readAndTouch(name, read.name, set)] : []
  const miss = onMiss(pool, set, read.name, filling)
  return {
    pools: set.pools,
    handles: [...set.handles, ...chains, read, ...write, ...touch, ...miss.handles, ...once.handles],
    selector: {
      type: 'OperationSelectorRoute',
      default_policy: handleName(name, 'write'),
      operation_policies: {
        get: miss.get,
        gets: read.name,
        ...Object.fromEntries(
          touch.flatMap((handle) => [
            ['gat', handle.name],
            ['gats', handle.name],
          ]),
        ),
        ...homeOnly(set),
        ...once.policies,
        ...REFUSED,
      },
    },
  }
}

/** One copy with its successors behind it. */
function chain(pool: string, copies: readonly string[], home: number): CompositeHandle {
  const length = Math.min(CHAIN_LENGTH, copies.length)
  const children = Array.from({ length }, (_, next) => copies[(home + next) % copies.length] ?? '')
  return { type: 'FailoverRoute', name: handleName(pool, `from-${home}`), children }
}

/** Answers as a read does, and touches every copy. */
function readAndTouch(pool: string, read: string, { all }: CopySet): CompositeHandle {
  return { type: 'AllInitialRoute', name: handleName(pool, 'read-and-touch'), children: [read, ...all] }
}

/** No failover: a token or counter of one server means nothing on another, where it would go back. */
function homeOnly({ home }: CopySet): Policies {
  return { cas: home, incr: home, decr: home }
}
