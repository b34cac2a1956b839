import { memcachedName } from '../routing/servers.ts'
import type { Mcrouter } from '../schemas/mcrouter.ts'

/** Names of the objects that a Mcrouter expands to; those of the two workloads are the Ansible operator's. */
export interface Names {
  /** Headless Service, StatefulSet and disruption budget of the memcached servers. */
  readonly memcached: string
  /** Service, Deployment and disruption budget of the routers. */
  readonly routers: string
  /** ConfigMap with the routers' configuration. */
  readonly config: string
}

export function namesOf(mcrouter: Pick<Mcrouter, 'name'>): Names {
  return { memcached: memcachedName(mcrouter), routers: mcrouter.name, config: `${mcrouter.name}-config` }
}

/** Kind and name of all that a Mcrouter of that name can expand to, such as `Service cache-memcached`. */
export function objectNames(mcrouter: string): ReadonlySet<string> {
  const { memcached, routers, config } = namesOf({ name: mcrouter })
  return new Set([
    `ConfigMap ${config}`,
    `StatefulSet ${memcached}`,
    `Deployment ${routers}`,
    ...[memcached, routers].flatMap((name) => [`Service ${name}`, `PodDisruptionBudget ${name}`]),
  ])
}
