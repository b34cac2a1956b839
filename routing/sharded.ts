import { handleName, poolKey } from './pool.ts'
import type { Features } from './release.ts'
import type { Route } from './route.ts'
import { type CompositeHandle, type Policies, REFUSED } from './route-handle.ts'

/**
 * Every key on one server, chosen by Ch3.
 *
 * A read from a dead server is a miss and not an error: in newer releases an error for one key would leave a
 * multi-key get without any value. A write to a dead server is an error, as the value is nowhere.
 */
export function shardedRoute(pool: string, features: Features): Route {
  const servers = `PoolRoute|${poolKey(pool)}`
  const read = readOrMiss(pool, servers)
  return {
    pools: {},
    handles: [read],
    selector: {
      type: 'OperationSelectorRoute',
      default_policy: servers,
      operation_policies: { ...reads(read.name, features), ...REFUSED },
    },
  }
}

/** Reads through `route`; an error becomes a miss. */
export function readOrMiss(pool: string, route: string): CompositeHandle {
  return { type: 'FailoverRoute', name: handleName(pool, 'read'), children: [route, 'NullRoute'] }
}

/** A policy for every operation that reads. */
export function reads(handle: string, { getAndTouch }: Features): Policies {
  return { get: handle, gets: handle, ...(getAndTouch ? { gat: handle, gats: handle } : {}) }
}
