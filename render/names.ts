import { poolNamed } from '../routing/servers.ts'
import type { Mcrouter } from '../schemas/mcrouter.ts'
import { KINDS, type Kinds, type Part } from './kinds.ts'

/** Names of the objects that a Mcrouter has beside those of its pools; that of the Deployment is the Ansible operator's. */
export interface Names {
  /** Service, Deployment, disruption budget and network policy of the routers. */
  readonly routers: string
  /** ConfigMap with the routers' configuration. */
  readonly config: string
}

export function namesOf({ name }: Pick<Mcrouter, 'name'>): Names {
  return { routers: name, config: `${name}${CONFIG_SUFFIX}` }
}

/** Name of the Mcrouter whose ConfigMap is called so. */
export function mcrouterOfConfig(config: string): string {
  return config.endsWith(CONFIG_SUFFIX) ? config.slice(0, -CONFIG_SUFFIX.length) : config
}

const CONFIG_SUFFIX = '-config'

export interface ObjectName {
  readonly kind: string
  readonly metadata: { readonly name: string }
}

/** What an object of that kind and name is for, where a Mcrouter of that name can expand to it. */
export function partOf(
  mcrouter: Pick<Mcrouter, 'name'>,
  object: ObjectName,
  kinds: Kinds = KINDS,
): Part | undefined {
  const { routers, config } = namesOf(mcrouter)
  const { kind, metadata } = object
  if (metadata.name === routers) return has(kinds, kind, 'routers') ? 'routers' : undefined
  if (metadata.name === config) return has(kinds, kind, 'config') ? 'config' : undefined
  return poolOfObject(mcrouter, object, kinds) === undefined ? undefined : 'pool'
}

/** Whether a Mcrouter of that name expands to an object of that kind and name, whatever its pools are. */
export function isSharedObject(
  mcrouter: Pick<Mcrouter, 'name'>,
  object: ObjectName,
  kinds: Kinds = KINDS,
): boolean {
  const part = partOf(mcrouter, object, kinds)
  return part === 'routers' || part === 'config'
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
