import { poolNamed } from '../routing/servers.ts'
import type { Mcrouter } from '../schemas/mcrouter.ts'

/** Names of the objects that a Mcrouter has beside those of its pools; that of the Deployment is the Ansible operator's. */
export interface Names {
  /** Service, Deployment and disruption budget of the routers. */
  readonly routers: string
  /** ConfigMap with the routers' configuration. */
  readonly config: string
}

export function namesOf({ name }: Pick<Mcrouter, 'name'>): Names {
  return { routers: name, config: `${name}-config` }
}

interface ObjectName {
  readonly kind: string
  readonly metadata: { readonly name: string }
}

const OF_ROUTERS: ReadonlySet<string> = new Set(['Deployment', 'Service', 'PodDisruptionBudget'])
const OF_POOL: ReadonlySet<string> = new Set(['StatefulSet', 'Service', 'PodDisruptionBudget'])

/** Whether a Mcrouter of that name expands to an object of that kind and name, whatever its pools are. */
export function isSharedObject(mcrouter: Pick<Mcrouter, 'name'>, { kind, metadata }: ObjectName): boolean {
  const { routers, config } = namesOf(mcrouter)
  return metadata.name === routers ? OF_ROUTERS.has(kind) : kind === 'ConfigMap' && metadata.name === config
}

/** The pool for which a Mcrouter of that name expands to an object of that kind and name; undefined where there can be none. */
export function poolOfObject(
  mcrouter: Pick<Mcrouter, 'name'>,
  { kind, metadata }: ObjectName,
): string | undefined {
  return OF_POOL.has(kind) ? poolNamed(mcrouter, metadata.name) : undefined
}
