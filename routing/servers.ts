import { type ExternalServer, MAIN_POOL, type Mcrouter, type Pool } from '../schemas/mcrouter.ts'
import { isDnsLabel } from '../text/label.ts'

/**
 * Name of a pool's StatefulSet, of its disruption budget, its network policy and of the headless Service that gives each of its servers a DNS name.
 * The pool's own name comes last: `cache-users` is a likely name of another Mcrouter, `cache-memcached-users` is not.
 */
export function poolName({ name }: Pick<Mcrouter, 'name'>, pool: string): string {
  return pool === MAIN_POOL ? `${name}-memcached` : `${name}-memcached-${pool}`
}

/** Whose objects have that name among the pools that a Mcrouter can have; undefined for none. */
export function poolNamed({ name }: Pick<Mcrouter, 'name'>, object: string): string | undefined {
  const main = poolName({ name }, MAIN_POOL)
  if (object === main) return MAIN_POOL
  const pool = object.startsWith(`${main}-`) ? object.slice(main.length + 1) : ''
  return pool !== MAIN_POOL && isDnsLabel(pool) ? pool : undefined
}

/** A copy of a pool, by its place. */
export interface CopyOfPool {
  readonly pool: string
  readonly copy: number
}

/**
 * Name of the StatefulSet of a copy that is in a zone. By the place of the zone: its name need be no DNS label, and beside that of
 * a pool could not be told from it.
 */
export function copyName({ name }: Pick<Mcrouter, 'name'>, { pool, copy }: CopyOfPool): string {
  return pool === MAIN_POOL ? `${name}-copy-${copy}` : `${name}-copy-${copy}-${pool}`
}

/** Which copy the StatefulSet of that name is of; undefined for none that a Mcrouter of that name can have. */
export function copyNamed({ name }: Pick<Mcrouter, 'name'>, object: string): CopyOfPool | undefined {
  if (!object.startsWith(`${name}-`)) return undefined
  const [found, copy, rest = ''] = COPY.exec(object.slice(name.length + 1)) ?? []
  if (found === undefined) return undefined
  if (rest === '') return { pool: MAIN_POOL, copy: Number(copy) }
  const pool = rest.slice(1)
  return pool !== MAIN_POOL && isDnsLabel(pool) ? { pool, copy: Number(copy) } : undefined
}

/** There are ten copies at most. */
const COPY = /^copy-(\d)(|-.+)$/

/**
 * A pool's servers as `host:port`, by ordinal: that of the pod in their StatefulSet, or, where each copy has one,
 * shard × copies + copy, and the pod has that of the shard.
 *
 * The order is the hash index of each server: it never changes, a pool grows and shrinks at its end.
 *
 * @param count how many servers, from ordinal 0
 * @param clusterDomain DNS domain of the cluster, such as `cluster.local`
 * @param zoned in how many copies they are, each in a zone; 0 where the zones are not told apart
 */
export function serverNames(
  mcrouter: Pick<Mcrouter, 'name' | 'namespace'>,
  { name, port, zones }: Pick<Pool, 'name' | 'port' | 'zones'>,
  count: number,
  clusterDomain: string,
  zoned = zones.length,
): string[] {
  const service = poolName(mcrouter, name)
  const domain = `${service}.${mcrouter.namespace}.svc.${absolute(clusterDomain)}`
  return Array.from(
    { length: count },
    (_, ordinal) => `${serverPod(mcrouter, name, ordinal, zoned)}.${domain}:${port}`,
  )
}

/** Name of the pod of a server, by its ordinal as {@link serverNames} counts. */
export function serverPod(
  mcrouter: Pick<Mcrouter, 'name'>,
  pool: string,
  ordinal: number,
  zoned: number,
): string {
  if (zoned === 0) return `${poolName(mcrouter, pool)}-${ordinal}`
  return `${copyName(mcrouter, { pool, copy: ordinal % zoned })}-${Math.floor(ordinal / zoned)}`
}

/**
 * The servers that others run for a pool, as mcrouter writes them: an IPv6 address stands in brackets, and what TLS is spoken to
 * has the protocol and the security after its port (mcrouter/lib/network/AccessPoint.cpp).
 */
export function externalNames({ external }: Pick<Pool, 'external'>): string[] {
  return external.map(({ host, port, tls }) => {
    const server = `${host.includes(':') ? `[${host}]` : host}:${port}`
    return tls ? secured(server) : server
  })
}

/** A server to which TLS is spoken, as {@link externalNames} says it. */
export function secured(server: string): string {
  return `${server}:ascii:ssl`
}

const EXTERNAL = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})(:ascii:ssl)?$/

/** The server that {@link externalNames} wrote so; undefined for anything else. */
export function externalServer(text: string): ExternalServer | undefined {
  const [found, address, name, port, tls] = EXTERNAL.exec(text) ?? []
  if (found === undefined) return undefined
  return { host: address ?? name ?? '', port: Number(port), tls: tls !== undefined }
}

/** Whether {@link serverNames} calls a server of the pool so, whatever its port and the domain of the cluster. */
export function isServerOf(
  mcrouter: Pick<Mcrouter, 'name' | 'namespace'>,
  pool: string,
  text: string,
): boolean {
  const service = poolName(mcrouter, pool)
  if (!text.includes(`.${service}.${mcrouter.namespace}.svc.`)) return false
  return text.startsWith(`${service}-`) || copyOfServer(mcrouter, pool, text) !== undefined
}

/** The copy of which a server of the pool is that {@link serverNames} calls so; undefined for one whose copy has no zone. */
export function copyOfServer(
  mcrouter: Pick<Mcrouter, 'name'>,
  pool: string,
  text: string,
): number | undefined {
  const [pod = ''] = text.split('.', 1)
  const found = copyNamed(mcrouter, pod.replace(/-\d+$/, ''))
  return found?.pool === pool ? found.copy : undefined
}

/**
 * A pod's resolver (`ndots:5`) tries a name with fewer than five dots in its search domains first: several
 * lookups that fail, each of which holds up a proxy thread of mcrouter. A domain of one label needs the final dot.
 */
function absolute(clusterDomain: string): string {
  return clusterDomain.includes('.') ? clusterDomain : `${clusterDomain}.`
}
