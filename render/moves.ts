import { type Moves, movesBetween, type Share, type Spread } from '../routing/explain/moves.ts'
import { isZoned } from '../schemas/layout.ts'
import type { Mcrouter, Pool } from '../schemas/mcrouter.ts'
import { hasOwnConfig } from '../schemas/validation/own-config-changes.ts'
import { KIND } from '../schemas/well-known.ts'
import { fractionText, percentText } from '../text/fraction.ts'
import { printableJson } from '../text/printable-json.ts'
import type { ExplanationOutput } from './explain.ts'
import type { RenderSettings } from './rendering.ts'
import { routedServers } from './routing.ts'

/** Which share of the keys of one pool is looked for on another server since its Mcrouter has changed. */
export interface PoolMoves extends Moves {
  readonly name: string
  readonly namespace: string
  readonly pool: string
  /** That of the routers, where copies are in zones. */
  readonly zone?: string
  /** Whether each key was on other servers as well, so that what moves is only which is asked first. */
  readonly hasCopies: boolean
}

/** What a change of Mcrouters moves, for each pool that is there before and after. */
export function movesOf(
  before: readonly Mcrouter[],
  after: readonly Mcrouter[],
  settings: RenderSettings,
): PoolMoves[] {
  return after.flatMap((mcrouter) => {
    const { name, namespace } = mcrouter
    const former = counterpart(mcrouter, before)
    return mcrouter.pools.flatMap((pool) => {
      const was = former?.pools.find((one) => one.name === pool.name)
      if (former === undefined || was === undefined || isUntold(former, mcrouter)) return []
      const spreads = [spreadOf(former, was, settings), spreadOf(mcrouter, pool, settings)] as const
      return inEach(was, pool, spreads).map(({ zone, spreads: [one, other] }) => ({
        name,
        namespace,
        pool: pool.name,
        ...(zone !== undefined && { zone }),
        hasCopies: was.copies > 1,
        ...movesBetween(one, other),
      }))
    })
  })
}

/** In each zone its routers look for keys in their own copy; in one that is there before and after, the copy can be compared. */
function inEach(was: Pool, is: Pool, spreads: readonly [Spread, Spread]) {
  if (!isZoned(was) || !isZoned(is)) return [{ zone: undefined, spreads }]
  return is.zones.flatMap((zone, place) => {
    const former = was.zones[place]
    if (former === undefined) return []
    const [one, other] = spreads.map((spread) => copyOf(spread, place))
    if (one === undefined || other === undefined) return []
    // At the place of another zone the servers are others, under the same names.
    const servers = former === zone ? one.servers : one.servers.map((server) => `${server} in ${former}`)
    return [{ zone, spreads: [{ ...one, servers }, other] as const }]
  })
}

function copyOf({ shards, copies, servers }: Spread, copy: number): Spread {
  return { shards, copies: 1, servers: servers.filter((_, ordinal) => ordinal % copies === copy) }
}

/** Those of which no pool is told: with mcrouter's own JSON, other things than a pool's servers decide who has a key. */
export function untold(before: readonly Mcrouter[], after: readonly Mcrouter[]): string[] {
  return after.flatMap((mcrouter) => {
    const former = counterpart(mcrouter, before)
    return former !== undefined && isUntold(former, mcrouter)
      ? [`${KIND} ${mcrouter.namespace}/${mcrouter.name}`]
      : []
  })
}

function isUntold(before: Mcrouter, after: Mcrouter): boolean {
  return hasOwnConfig(before) || hasOwnConfig(after)
}

/** What is there before or after only, and so moves nothing that can be compared. */
export function unpaired(before: readonly Mcrouter[], after: readonly Mcrouter[]): string[] {
  return [...missingIn(before, after), ...missingIn(after, before)]
}

/** What of some Mcrouters is not among others: the Mcrouter itself, or one of its pools. */
function missingIn(others: readonly Mcrouter[], mcrouters: readonly Mcrouter[]): string[] {
  return mcrouters.flatMap((mcrouter) => {
    const subject = `${KIND} ${mcrouter.namespace}/${mcrouter.name}`
    const other = counterpart(mcrouter, others)
    if (other === undefined) return [subject]
    const names = new Set(other.pools.map(({ name }) => name))
    return mcrouter.pools
      .filter(({ name }) => !names.has(name))
      .map(({ name }) => `pool ${name} of ${subject}`)
  })
}

function counterpart({ name, namespace }: Mcrouter, others: readonly Mcrouter[]): Mcrouter | undefined {
  return others.find((other) => other.name === name && other.namespace === namespace)
}

function spreadOf(mcrouter: Mcrouter, pool: Pool, settings: RenderSettings): Spread {
  const { shards, copies } = pool
  return { shards, copies, servers: routedServers(mcrouter, pool, settings) }
}

/** For a person, or for a program; ends with a line break. */
export function printMoves(moves: readonly PoolMoves[], output: ExplanationOutput): string {
  return output === 'json' ? `${printableJson(moves, 2)}\n` : moves.map(inWords).join('\n')
}

function inWords(moves: PoolMoves): string {
  const { name, namespace, pool, zone, before, after, hasCopies, moved, from, to } = moves
  const place = zone === undefined ? '' : ` in zone ${zone}`
  const title = `${KIND} ${namespace}/${name}, pool ${pool}${place}: ${before} → ${after} servers`
  const where = hasCopies ? 'looked for first on another server' : 'looked for on another server'
  const what =
    moved.numerator === 0 ? 'no key is' : `${fractionText(moved)} of the keys (${percentText(moved)}) are`
  const lines = [title, `  ${what} ${where}`, ...listed('from', from), ...listed('to', to)]
  return `${lines.join('\n')}\n`
}

function listed(way: string, shares: readonly Share[]): string[] {
  if (shares.length === 0) return []
  return [`  ${way}`, ...shares.map(({ server, share }) => `  - ${server} ${fractionText(share)}`)]
}
