import { serversIn } from '../../layout.ts'
import type { Pool } from '../../mcrouter.ts'
import { POOL_SIZE } from '../../pool-size.ts'
import { poolFieldPath } from '../pool-place.ts'
import { invalid, type PoolRule, type Rule } from './rule.ts'

/** Copies of all pools together, of those with several, beside a further pool. */
export const MOST_COPIES = 200

/** Copies that a get can ask one after the other: what says so grows with their square. */
export const MOST_ASKED = 32

/**
 * All pools together have no more servers than one may have: the routers' configuration has each by name, and all of it must fit
 * into a ConfigMap, which has 1 MiB (test/routing/size.test.ts).
 */
export const serversRule: Rule = {
  needs: 'pool.name',
  reads: ['pool.shards', 'pool.copies', 'pool.external', 'pool.gutter', 'pool.name'],
  violations: (settings, written) => {
    const { pools } = settings
    if (pools.length === 1) return []
    const at = (field: 'pool.shards' | 'pool.copies', count: (pool: Pool) => number) => {
      const largest = pools.indexOf(pools.reduce((one, other) => (count(other) > count(one) ? other : one)))
      return poolFieldPath(field, largest, settings, written)
    }
    const servers = sum(pools.map(serversIn))
    const copies = sum(pools.map(severalCopies))
    return [
      ...(servers > POOL_SIZE.maximum
        ? [
            invalid(
              at('pool.shards', serversIn),
              `all pools together have at most ${POOL_SIZE.maximum} servers, those of gutters and of others included, and these are ${servers}`,
            ),
          ]
        : []),
      ...(copies > MOST_COPIES
        ? [
            invalid(
              at('pool.copies', severalCopies),
              `pools with several copies have at most ${MOST_COPIES} copies together where there is more than one pool, and these are ${copies}`,
            ),
          ]
        : []),
    ]
  },
}

function severalCopies({ copies }: Pool): number {
  return copies > 1 ? copies : 0
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, one) => all + one, 0)
}

export const askedCopiesRule: PoolRule = {
  needs: 'pool.onMiss',
  reads: ['pool.onMiss', 'pool.copies', 'pool.external'],
  ofPool: ({ onMiss, copies }, index, { version: { fieldPath } }) => {
    if (onMiss !== 'AskCopies' || copies <= MOST_ASKED) return []
    const must = `must be at most ${MOST_ASKED} where ${fieldPath('pool.onMiss', index)} is AskCopies: a get that misses asks each of them`
    return [invalid(fieldPath('pool.copies', index), `${copies}: ${must}`)]
  },
}
