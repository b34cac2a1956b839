import { quote } from '../../../text/quote.ts'
import { sharedServer } from '../../external-server.ts'
import type { Field } from '../../fields.ts'
import type { Pool } from '../../mcrouter.ts'
import { poolOrViolation } from './references.ts'
import { invalid, type PoolRule } from './rule.ts'

// A pool warms up from one that holds other copies of its keys, each of them on one server.

const besideCopies: PoolRule = {
  needs: 'pool.warmUp',
  reads: ['pool.warmUp', 'pool.copies', 'pool.external'],
  ofPool: ({ warmUp, copies }, index, { version: { fieldPath } }) => {
    if (warmUp === undefined || copies === 1) return []
    const partial = `must be left out with ${copies} copies: what is found would be copied to one of them alone`
    return [invalid(fieldPath('pool.warmUp', index), partial)]
  },
}

const anotherPool: PoolRule = {
  needs: 'pool.warmUp',
  reads: ['pool.warmUp', 'pool.name'],
  ofPool: ({ name, warmUp }, index, written, settings) => {
    if (warmUp === undefined) return []
    const path = `${written.version.fieldPath('pool.warmUp', index)}.from`
    const found = poolOrViolation(settings, warmUp.from, path, written)
    if ('violation' in found) return [found.violation]
    const itself = 'must be another pool: one that misses has nothing to give to itself'
    return name === warmUp.from ? [invalid(path, `${quote(name)}: ${itself}`)] : []
  },
}

type Complain = (warm: Pool, cold: Pool, pools: readonly Pool[]) => string | undefined

/** A rule for a pool from which another warms up, and can. */
function complaining(reads: readonly Field[], complain: Complain): PoolRule {
  return {
    needs: 'pool.warmUp',
    reads: ['pool.warmUp', 'pool.name', ...reads],
    ofPool: (cold, index, { version: { fieldPath } }, { pools }) => {
      const { warmUp, name } = cold
      const warm = warmUp && pools.find((one) => one.name === warmUp.from)
      if (warm === undefined || warm.name === name) return []
      const words = complain(warm, cold, pools)
      const path = `${fieldPath('pool.warmUp', index)}.from`
      return words === undefined ? [] : [invalid(path, `${quote(warm.name)}: ${words}`)]
    },
  }
}

function copiesComplaint({ copies }: Pool): string | undefined {
  return copies > 1
    ? `must have 1 copy and has ${copies}: add, append and prepend would reach one of them alone`
    : undefined
}

function circleComplaint({ warmUp }: Pool): string | undefined {
  return warmUp && 'must not warm up itself: a key would be looked for in a circle, or in three pools'
}

function gutterComplaint({ name }: Pool, _cold: Pool, pools: readonly Pool[]): string | undefined {
  const owner = pools.find(({ gutter }) => gutter?.pool === name)
  return (
    owner &&
    `must not be a gutter, as it is that of ${owner.name}: ${TWICE} while a server does not answer, and what is there lives for a while`
  )
}

function sharedComplaint(warm: Pool, cold: Pool): string | undefined {
  const shared = sharedServer(cold, warm)
  return (
    shared &&
    `must have no server in common with this pool, and both have ${shared}: ${TWICE}, and every add that succeeds be answered NOT_STORED`
  )
}

function sharedByGutterComplaint(warm: Pool, cold: Pool, pools: readonly Pool[]): string | undefined {
  const gutter = pools.find(({ name }) => name === cold.gutter?.pool && name !== warm.name)
  const shared = gutter && sharedServer(gutter, warm)
  return (
    shared &&
    `must have no server in common with ${gutter.name}, the gutter of this pool, and both have ${shared}: ${TWICE} while a server does not answer`
  )
}

const TWICE = 'append and prepend would be done twice'

export const warmUpRules: readonly PoolRule[] = [
  besideCopies,
  anotherPool,
  complaining(['pool.copies', 'pool.external'], copiesComplaint),
  complaining([], circleComplaint),
  complaining(['pool.gutter'], gutterComplaint),
  complaining(['pool.external'], sharedComplaint),
  complaining(['pool.external', 'pool.gutter'], sharedByGutterComplaint),
]
