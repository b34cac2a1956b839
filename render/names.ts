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

export function namesOf(mcrouter: Mcrouter): Names {
  return { memcached: memcachedName(mcrouter), routers: mcrouter.name, config: `${mcrouter.name}-config` }
}
