import { serversIn } from '../../schemas/layout.ts'
import { type ExternalServer, MAIN_POOL } from '../../schemas/mcrouter.ts'
import type { KubeObject } from '../kube/api.ts'
import { externalIn, layoutsIn, routedIn } from '../observe/last-status.ts'
import type { Pod } from '../observe/pod.ts'
import { externalOf, type Published } from '../observe/published.ts'

// What routers were told, from the status, for the time in which nothing is published: somebody deleted the ConfigMap or wrote into it.

/** How many own servers of a pool; undefined where the status says nothing. */
export function recordedServers({ status = {} }: KubeObject, pool: string): number | undefined {
  const layouts = layoutsIn(status)
  const layout = layouts?.get(pool)
  if (layout !== undefined) return serversIn(layout)
  if (pool === MAIN_POOL) return routedIn(status)
  // An earlier release counted those of the first pool alone.
  return layouts === undefined ? undefined : 0
}

/** The servers of others that routers use for a pool; undefined for none. */
export function externalBefore(
  published: Published | undefined,
  { status = {} }: KubeObject,
  pool: string,
): readonly ExternalServer[] | undefined {
  return published === undefined ? externalIn(status, pool) : externalOf(published, pool)
}

/**
 * Servers that routers are to be told of where somebody took away what was published, and none of the pool run; undefined for all, as of
 * a Mcrouter that is new. Those that were there have the names that routers know; any other is waited for.
 */
export function lostRouting(
  name: string,
  recorded: number | undefined,
  wanted: number,
  pods: readonly Pod[],
): number | undefined {
  if (name !== MAIN_POOL) return pods.length === 0 ? undefined : 0
  // A router that runs has read a configuration.
  const isKnown = pods.some(({ component, running }) => component === 'mcrouter' && running)
  return isKnown ? Math.min(recorded ?? 0, wanted) : undefined
}
