import { poolNamed } from '../routing/servers.ts'
import type { Mcrouter } from '../schemas/mcrouter.ts'
import { KINDS, type Kinds, type Part } from './kinds.ts'

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

export interface ObjectName {
  readonly kind: string
  readonly metadata: { readonly name: string }
}

/** Whether a Mcrouter of that name expands to an object of that kind and name, whatever its pools are. */
export function isSharedObject(
  mcrouter: Pick<Mcrouter, 'name'>,
  { kind, metadata }: ObjectName,
  kinds: Kinds = KINDS,
): boolean {
  const { routers, config } = namesOf(mcrouter)
  const part = metadata.name === routers ? 'routers' : metadata.name === config ? 'config' : undefined
  return part !== undefined && has(kinds, kind, part)
}

/** The pool for which a Mcrouter of that name expands to an object of that kind and name; undefined where there can be none. */
export function poolOfObject(
  mcrouter: Pick<Mcrouter, 'name'>,
  { kind, metadata }: ObjectName,
  kinds: Kinds = KINDS,
): string | undefined {
  return has(kinds, kind, 'pool') ? poolNamed(mcrouter, metadata.name) : undefined
}

function has(kinds: Kinds, kind: string, part: Part): boolean {
  return kinds.get(kind)?.parts.includes(part) === true
}
