import { isExternal } from '../schemas/layout.ts'
import type { Mcrouter, Pool } from '../schemas/mcrouter.ts'
import { readArgs } from '../schemas/options/memcached-getopt.ts'

/** Why a pool cannot be resized warm. Each is enough; without any the keys are copied before routers look for them elsewhere. */
export const COLD_REASONS = {
  ExternalServers: 'its servers are run by others, and no copier may read them',
  Copies: 'where a key is depends on the number of copies, so that more keys move than new servers hold',
  Zones: 'each zone has routes of its own',
  OwnRoutes: "its routes are mcrouter's own JSON",
  NotRouted: 'no key leads to it',
  Gutter: 'a gutter answers for servers that do not, and would be copied to',
  WarmUp: 'it takes over from another pool already',
  StandsIn: 'it stands in for another pool, which would read it as it was',
  NoCas: 'without cas (-C) no copy can be told from a newer value',
  NoCrawler: 'without the LRU crawler (-o no_lru_crawler) memcached does not tell its keys',
  NoDump: 'with -X memcached does not tell its keys',
  NoEvictions: 'with -M copies would take the memory of what is stored meanwhile',
  TooLong: 'its configuration would not fit into a ConfigMap',
} as const

export type ColdReason = keyof typeof COLD_REASONS

/** Of a configuration's text, in bytes: a ConfigMap holds 1 MiB, with what else is in it (k8s.io/api/core/v1 MaxSecretSize). */
export const MOST_CONFIG_BYTES = 900_000

/** A pool in the form of a release that has zones and in that of one that has none. */
type AnyPool = Pool & { readonly zones?: readonly string[] }

/**
 * All that keeps a pool from being resized warm; empty for a pool that can be.
 *
 * @param before the pool as routers use it
 * @param after the pool as the spec wants it, of another number of shards
 * @param configBytes of the longer text of the two that routers are given meanwhile
 */
export function warmth(
  before: AnyPool,
  after: AnyPool,
  mcrouter: Pick<Mcrouter, 'pools' | 'prefixes' | 'config'>,
  configBytes: number,
): readonly ColdReason[] {
  const either = (is: (pool: AnyPool) => boolean) => is(before) || is(after)
  const found: readonly (readonly [ColdReason, boolean])[] = [
    ['ExternalServers', either(isExternal)],
    ['Copies', either(({ copies }) => copies > 1)],
    ['Zones', either(({ zones = [] }) => zones.length > 0)],
    ['OwnRoutes', mcrouter.config !== undefined],
    ['NotRouted', !isRouted(after, mcrouter)],
    ['Gutter', either(({ gutter }) => gutter !== undefined)],
    ['WarmUp', either(({ warmUp }) => warmUp !== undefined)],
    ['StandsIn', mcrouter.pools.some((pool) => isStandIn(after, pool))],
    ['NoCas', either(isGiven('-C'))],
    ['NoCrawler', either(isGiven('-o no_lru_crawler'))],
    ['NoDump', either(isGiven('-X'))],
    ['NoEvictions', either(isGiven('-M'))],
    ['TooLong', configBytes > MOST_CONFIG_BYTES],
  ]
  return found.flatMap(([reason, isSo]) => (isSo ? [reason] : []))
}

function isRouted({ name }: Pool, { pools: [main], prefixes }: Pick<Mcrouter, 'pools' | 'prefixes'>) {
  return name === main.name || prefixes.some(({ pool }) => pool === name)
}

function isStandIn({ name }: Pool, { gutter, warmUp }: Pool): boolean {
  return gutter?.pool === name || warmUp?.from === name
}

/** Whether memcached is given the option, however it is spelt. */
function isGiven(option: string): (pool: Pool) => boolean {
  return ({ args }) => readArgs(args).given.some(({ name }) => name === option)
}
