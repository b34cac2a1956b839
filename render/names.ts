import { copyNamed, poolNamed } from '../routing/servers.ts'
import type { Mcrouter } from '../schemas/mcrouter.ts'
import { KINDS, type Kinds, type Part } from './kinds.ts'

/** Names of the objects that a Mcrouter has beside those of its pools; that of the Deployment is the Ansible operator's. */
export interface Names {
  /** Service, disruption budget and network policy of the routers, and their workload where they are in no zones. */
  readonly routers: string
  /** ConfigMap with the routers' configuration. */
  readonly config: string
}

export function namesOf({ name }: Pick<Mcrouter, 'name'>): Names {
  return { routers: name, config: `${name}${CONFIG_SUFFIX}` }
}

/** Name of the Secret with the certificate that the operator issues for the servers of a Mcrouter, and of the CA that routers trust. */
export function issuedSecret({ name }: Pick<Mcrouter, 'name'>): string {
  return `${name}-memcached-tls`
}

/** Name of the Mcrouter whose ConfigMap is called so. */
export function mcrouterOfConfig(config: string): string {
  return config.endsWith(CONFIG_SUFFIX) ? config.slice(0, -CONFIG_SUFFIX.length) : config
}

const CONFIG_SUFFIX = '-config'

/** Name of the Deployment of the routers in a zone, by the place of the zone. */
export function zoneName({ name }: Pick<Mcrouter, 'name'>, copy: number): string {
  return `${name}${ZONE_SUFFIX}${copy}`
}

/** Whose routers the Deployment of that name has; undefined for none that is in a zone. There are ten zones at most. */
function zoneNamed({ name }: Pick<Mcrouter, 'name'>, object: string): number | undefined {
  const place = object.startsWith(`${name}${ZONE_SUFFIX}`)
    ? object.slice(name.length + ZONE_SUFFIX.length)
    : ''
  return /^\d$/.test(place) ? Number(place) : undefined
}

const ZONE_SUFFIX = '-mcrouter-'

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
  if (poolOfObject(mcrouter, object, kinds) !== undefined) return 'pool'
  return copyOfObject(mcrouter, object, kinds) === undefined ? undefined : 'routers'
}

/** Whether every Mcrouter of that name can expand to an object of that kind and name, whatever its pools and zones are. */
export function isSharedObject(
  mcrouter: Pick<Mcrouter, 'name'>,
  object: ObjectName,
  kinds: Kinds = KINDS,
): boolean {
  const part = partOf(mcrouter, object, kinds)
  return part !== 'pool' && part !== undefined && copyOfObject(mcrouter, object, kinds) === undefined
}

/** The pool for which a Mcrouter of that name expands to an object of that kind and name; undefined where there can be none. */
export function poolOfObject(
  mcrouter: Pick<Mcrouter, 'name'>,
  { kind, metadata }: ObjectName,
  kinds: Kinds = KINDS,
): string | undefined {
  if (!has(kinds, kind, 'pool')) return undefined
  const copy = isOfZone(kinds, kind) ? copyNamed(mcrouter, metadata.name) : undefined
  return copy?.pool ?? poolNamed(mcrouter, metadata.name)
}

/**
 * The place of the zone, from 0, for which a Mcrouter of that name expands to an object of that kind and name: of servers that of
 * their copy, of routers that of the copy which they read first. Undefined where it is of no zone.
 */
export function copyOfObject(
  mcrouter: Pick<Mcrouter, 'name'>,
  { kind, metadata }: ObjectName,
  kinds: Kinds = KINDS,
): number | undefined {
  if (!isOfZone(kinds, kind)) return undefined
  if (has(kinds, kind, 'pool')) return copyNamed(mcrouter, metadata.name)?.copy
  return has(kinds, kind, 'routers') ? zoneNamed(mcrouter, metadata.name) : undefined
}

function isOfZone(kinds: Kinds, kind: string): boolean {
  return kinds.get(kind)?.ofZone === true
}

function has(kinds: Kinds, kind: string, part: Part): boolean {
  return kinds.get(kind)?.parts.includes(part) === true
}
