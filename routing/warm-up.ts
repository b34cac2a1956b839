import { handleName, poolKey } from './pool.ts'
import type { Features } from './release.ts'
import type { Route } from './route.ts'
import type { NamedHandle, Operation } from './route-handle.ts'
import { readOrMiss, reads } from './sharded.ts'

/** What the pool that is left has to follow, so that nothing old is found there; the pool that takes over answers. */
const FOLLOWED: readonly Operation[] = ['set', 'replace', 'append', 'prepend', 'touch']

/**
 * A route whose pool takes over from another: what it does not have yet is read from there, and copied for so long.
 *
 * A delete and an `add` wait for both pools: else what one of them still has would come back, or be won again. cas, incr and decr
 * go to the pool that takes over alone.
 */
export function warmUpRoute(
  pool: string,
  { handles, selector, pools }: Route,
  warmUp: { readonly from: string; readonly ttlSeconds: number },
  features: Features,
): Route {
  const { default_policy: own, operation_policies: policies } = selector
  const former = `PoolRoute|${poolKey(warmUp.from)}`
  const warm: NamedHandle = {
    type: 'WarmUpRoute',
    name: handleName(pool, 'warm-up'),
    cold: own,
    warm: former,
    exptime: warmUp.ttlSeconds,
  }
  const through = (type: 'AllInitialRoute' | 'AllSyncRoute', name: string, first: string): NamedHandle => ({
    type,
    name: handleName(pool, name),
    children: [first, former],
  })
  const both = through('AllInitialRoute', 'both', own)
  const add = through('AllSyncRoute', 'add-to-both', policies.add ?? own)
  const remove = through('AllSyncRoute', 'delete-from-both', policies.delete ?? own)
  const read = readOrMiss(pool, warm.name)
  return {
    pools,
    handles: [...handles.filter(({ name }) => name !== read.name), warm, both, add, remove, read],
    selector: {
      ...selector,
      operation_policies: {
        ...policies,
        ...reads(read.name, features),
        ...Object.fromEntries(FOLLOWED.map((operation) => [operation, both.name])),
        add: add.name,
        delete: remove.name,
      },
    },
  }
}
