import { Resolver } from 'node:dns/promises'
import type { Pod } from '../observe/pod.ts'

/** The addresses that DNS has for a host; none when it knows none or does not answer. */
export type Lookup = (host: string) => Promise<readonly string[]>

/** How often a name is looked up while a pool waits for it: nothing tells when DNS has it. */
export const LOOK_UP_AGAIN_MS = 1_000
const TIMEOUT_MS = 1_000

/** By the name servers of this pod, which are those of the routers. */
export function clusterLookup(): Lookup {
  // Not by getaddrinfo: a name server that does not answer would block threads of this process.
  const resolver = new Resolver({ timeout: TIMEOUT_MS, tries: 1 })
  return async (host) => {
    const families = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)])
    return families.flatMap((family) => (family.status === 'fulfilled' ? family.value : []))
  }
}

/**
 * Of `ordinals`, those of the servers whose name does not lead to their pod. Routers know servers by name: one whose name
 * DNS does not have yet fails every request. It lags behind when the API server was away, or remembers that there was none.
 *
 * @param servers `host:port` by ordinal
 */
export async function withoutName(
  ordinals: readonly number[],
  servers: readonly string[],
  pods: readonly Pod[],
  lookup: Lookup,
): Promise<ReadonlySet<number>> {
  const found = await Promise.all(
    ordinals.map(async (ordinal) => {
      const host = servers[ordinal]?.replace(/\.?:\d+$/, '')
      const pod = pods.find((one) => one.component === 'memcached' && one.ordinal === ordinal)
      return host !== undefined && pod !== undefined && (await lookup(host)).includes(pod.ip)
    }),
  )
  return new Set(ordinals.filter((_, index) => !found[index]))
}
