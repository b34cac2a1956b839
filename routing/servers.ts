import type { Mcrouter } from '../schemas/mcrouter.ts'

/** Name of the StatefulSet of memcached servers and of the headless Service that gives each its DNS name. */
export function memcachedName({ name }: Pick<Mcrouter, 'name'>): string {
  return `${name}-memcached`
}

/**
 * The pool's servers as `host:port`, by StatefulSet ordinal.
 *
 * The order is the hash index of each server: it never changes, a pool grows and shrinks at its end.
 *
 * @param count how many servers, from ordinal 0
 * @param clusterDomain DNS domain of the cluster, such as `cluster.local`
 */
export function serverNames(mcrouter: Mcrouter, count: number, clusterDomain: string): string[] {
  const service = memcachedName(mcrouter)
  const domain = `${service}.${mcrouter.namespace}.svc.${absolute(clusterDomain)}`
  return Array.from(
    { length: count },
    (_, ordinal) => `${service}-${ordinal}.${domain}:${mcrouter.memcached.port}`,
  )
}

/**
 * A pod's resolver (`ndots:5`) tries a name with fewer than five dots in its search domains first: several
 * lookups that fail, each of which holds up a proxy thread of mcrouter. A domain of one label needs the final dot.
 */
function absolute(clusterDomain: string): string {
  return clusterDomain.includes('.') ? clusterDomain : `${clusterDomain}.`
}
