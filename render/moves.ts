import { type Moves, movesBetween, type Share } from '../routing/explain/moves.ts'
import { serverNames } from '../routing/servers.ts'
import { serversIn } from '../schemas/layout.ts'
import type { Mcrouter, Pool } from '../schemas/mcrouter.ts'
import { TOPOLOGIES } from '../schemas/topologies.ts'
import { KIND } from '../schemas/well-known.ts'
import { fractionText, percentText } from '../text/fraction.ts'
import { printableJson } from '../text/printable-json.ts'
import type { ExplanationOutput } from './explain.ts'
import type { RenderSettings } from './rendering.ts'

/** Which keys of one pool are looked for on another server since its Mcrouter has changed. */
export interface PoolMoves extends Moves {
  readonly name: string
  readonly namespace: string
  readonly pool: string
  /** Whether each key is on other servers as well, so that what moves is only which is asked first. */
  readonly copies: boolean
}

/**
 * What a change of Mcrouters moves, for each pool that is there before and after. Both topologies look for a key first on the
 * server that Ch3 chooses, so that it depends on the servers alone. No version of the API has a pool with several shards and
 * several copies, where Ch3 would choose twice.
 */
export function movesOf(
  before: readonly Mcrouter[],
  after: readonly Mcrouter[],
  settings: RenderSettings,
): PoolMoves[] {
  return after.flatMap((mcrouter) => {
    const { name, namespace } = mcrouter
    const former = before.find((one) => one.name === name && one.namespace === namespace)
    return mcrouter.pools.flatMap((pool) => {
      const was = former?.pools.find((one) => one.name === pool.name)
      if (former === undefined || was === undefined) return []
      const moves = movesBetween(serversOf(former, was, settings), serversOf(mcrouter, pool, settings))
      const { copies } = TOPOLOGIES[pool.topology]
      return [{ name, namespace, pool: pool.name, copies, ...moves }]
    })
  })
}

function serversOf(mcrouter: Mcrouter, pool: Pool, { clusterDomain }: RenderSettings): string[] {
  return serverNames(mcrouter, pool, serversIn(pool), clusterDomain)
}

/** For a person, or for a program; ends with a line break. */
export function printMoves(moves: readonly PoolMoves[], output: ExplanationOutput): string {
  return output === 'json' ? `${printableJson(moves, 2)}\n` : moves.map(inWords).join('\n')
}

function inWords({ name, namespace, pool, before, after, copies, moved, from, to }: PoolMoves): string {
  const title = `${KIND} ${namespace}/${name}, pool ${pool}: ${before} → ${after} servers`
  const where = copies ? 'looked for first on another server' : 'looked for on another server'
  const what =
    moved.numerator === 0 ? 'no key is' : `${fractionText(moved)} of the keys (${percentText(moved)}) are`
  const lines = [title, `  ${what} ${where}`, ...listed('from', from), ...listed('to', to)]
  return `${lines.join('\n')}\n`
}

function listed(way: string, shares: readonly Share[]): string[] {
  if (shares.length === 0) return []
  return [`  ${way}`, ...shares.map(({ server, share }) => `  - ${server} ${fractionText(share)}`)]
}
