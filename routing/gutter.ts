import { handleName, poolKey } from './pool.ts'
import type { Features } from './release.ts'
import type { Route } from './route.ts'
import { type NamedHandle, REFUSED } from './route-handle.ts'
import { readOrMiss, reads } from './sharded.ts'

/**
 * Every key on one server, and on one of the gutter's while that does not answer.
 *
 * What is written there lives so long at most, so that little of it is out of date when the server is back; a delete goes to both
 * pools and is answered by the first. `add`, cas, incr and decr stay where they are, and fail meanwhile: through the gutter an
 * `add` would be won a second time, and counters would start anew.
 */
export function gutterRoute(
  pool: string,
  gutter: { readonly pool: string; readonly ttlSeconds: number },
  features: Features,
): Route {
  const [own, spare] = [`PoolRoute|${poolKey(pool)}`, `PoolRoute|${poolKey(gutter.pool)}`]
  const either: NamedHandle = {
    type: 'FailoverWithExptimeRoute',
    name: handleName(pool, 'or-gutter'),
    normal: own,
    failover: spare,
    failover_exptime: gutter.ttlSeconds,
  }
  const both: NamedHandle = {
    type: 'AllInitialRoute',
    name: handleName(pool, 'and-gutter'),
    children: [either.name, spare],
  }
  const read = readOrMiss(pool, either.name)
  return {
    pools: {},
    handles: [either, both, read],
    selector: {
      type: 'OperationSelectorRoute',
      default_policy: either.name,
      operation_policies: {
        ...reads(read.name, features),
        delete: both.name,
        add: own,
        cas: own,
        incr: own,
        decr: own,
        ...REFUSED,
      },
    },
  }
}
