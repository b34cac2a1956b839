import { NODATA, NOTFOUND, Resolver } from 'node:dns/promises'
import type { Pod } from '../observe/pod.ts'

/** The addresses that DNS has for a host, none when it knows none; undefined when it does not answer. */
export type Lookup = (host: string) => Promise<readonly string[] | undefined>

/** How often a name is looked up while a pool waits for it: nothing tells when DNS has it. */
export const LOOK_UP_AGAIN_MS = 1_000
const TIMEOUT_MS = 1_000
/** Names looked up at the same time. */
const AT_ONCE = 50
/** What a name server says of a name that it does not have. */
const NO_SUCH_NAME: ReadonlySet<unknown> = new Set([NOTFOUND, NODATA])

/** By the name servers of this pod, which are those of the routers. */
export function clusterLookup(): Lookup {
  // Not by getaddrinfo: a name server that does not answer would block threads of this process.
  return lookupBy(new Resolver({ timeout: TIMEOUT_MS, tries: 1 }))
}

/** By the name servers of that resolver. */
export function lookupBy(resolver: Resolver): Lookup {
  return async (host) => {
    const families = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)])
    const answered = families.some((family) => family.status === 'fulfilled' || isAnswer(family.reason))
    return answered
      ? families.flatMap((family) => (family.status === 'fulfilled' ? family.value : []))
      : undefined
  }
}

function isAnswer(reason: unknown): boolean {
  return reason instanceof Error && 'code' in reason && NO_SUCH_NAME.has(reason.code)
}

/**
 * Of `ordinals`, those of the servers whose name does not lead to their pod. Routers know servers by name: one whose name
 * DNS does not have yet fails every request. It lags behind when the API server was away, or remembers that there was none.
 *
 * @param servers `host:port` by ordinal
 * @param pods of the same pool
 * @param unasked whether a server may do without while DNS does not answer
 */
export async function withoutName(
  ordinals: readonly number[],
  servers: readonly string[],
  pods: readonly Pod[],
  lookup: Lookup,
  unasked: (pod: Pod) => boolean = () => false,
): Promise<ReadonlySet<number>> {
  const hasName = async (ordinal: number) => {
    const host = servers[ordinal]?.replace(/\.?:\d+$/, '')
    const pod = pods.find((one) => one.ordinal === ordinal)
    if (host === undefined || pod === undefined) return false
    return (await lookup(host))?.includes(pod.ip) ?? unasked(pod)
  }
  const without = new Set<number>()
  for (let from = 0; from < ordinals.length; from += AT_ONCE) {
    const batch = ordinals.slice(from, from + AT_ONCE)
    const found = await Promise.all(batch.map(hasName))
    for (const [index, ordinal] of batch.entries()) if (!found[index]) without.add(ordinal)
  }
  return without
}
