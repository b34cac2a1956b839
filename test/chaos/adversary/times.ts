import { percentile } from '../../../bench/support/statistics.ts'
import type { Round } from './tenant.ts'

/** Of the operator, and of the least that a controller does, in turn. */
export interface Rounds {
  readonly operator: Round[]
  readonly least: Round[]
}

export interface Pair {
  readonly usual: number
  readonly attacked: number
}

/** In milliseconds. */
export interface Compared {
  readonly wait: keyof Round
  readonly rank: number
  /** What a tenant waits. */
  readonly all: Pair
  /** What a tenant of the least controller waits: what the API server takes. */
  readonly least: Pair
  /** What the operator adds to that. */
  readonly added: Pair
}

/** Growing and shrinking take different ways: a median over both would lie between the two and tell of neither. */
const WAITS = ['apply', 'status', 'grow', 'shrink'] as const
const RANKS = [50, 90] as const

export function compare(usual: Rounds, attacked: Rounds): Compared[] {
  return WAITS.flatMap((wait) =>
    RANKS.map((rank) => {
      const of = (rounds: readonly Round[]) =>
        percentile(
          rounds.map((round) => round[wait]),
          rank,
        )
      const all = { usual: of(usual.operator), attacked: of(attacked.operator) }
      const least = { usual: of(usual.least), attacked: of(attacked.least) }
      const added = {
        usual: Math.max(0, all.usual - least.usual),
        attacked: Math.max(0, all.attacked - least.attacked),
      }
      return { wait, rank, all, least, added }
    }),
  )
}

/** Markdown, a line for each wait and rank. */
export function tableOf(compared: readonly Compared[]): string[] {
  const parts = ['all', 'without the operator', 'added by it'].flatMap((part) => [
    `${part}: usual`,
    'under attack',
    'ratio',
  ])
  const head = ['ms', '', ...parts]
  const rows = compared.map(({ wait, rank, all, least, added }) => [
    wait,
    rank === 50 ? 'median' : `p${rank}`,
    ...[all, least, added].flatMap(({ usual, attacked }) => [
      usual.toFixed(0),
      attacked.toFixed(0),
      usual === 0 ? '-' : (attacked / usual).toFixed(1),
    ]),
  ])
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`)
}
