import { quote } from '../../../text/quote.ts'
import { sharedServer } from '../../external-server.ts'
import type { Settings } from '../../fields.ts'
import type { Pool } from '../../mcrouter.ts'
import { poolOrViolation } from './references.ts'
import { invalid, type PoolRule } from './rule.ts'

/** A pool warms up from one that holds other copies of its keys, each of them on one server. */
export const warmUpRule: PoolRule = {
  needs: 'pool.warmUp',
  reads: ['pool.warmUp', 'pool.gutter', 'pool.copies', 'pool.external', 'pool.name'],
  ofPool: (cold, index, written, settings) => {
    const { warmUp, copies } = cold
    if (warmUp === undefined) return []
    const path = written.version.fieldPath('pool.warmUp', index)
    if (copies > 1)
      return [
        invalid(
          path,
          `must be left out with ${copies} copies: what is found would be copied to one of them alone`,
        ),
      ]
    const found = poolOrViolation(settings, warmUp.from, `${path}.from`, written)
    if ('violation' in found) return [found.violation]
    const complaint = complaintAbout(found.pool, cold, settings)
    return complaint === undefined ? [] : [invalid(`${path}.from`, `${quote(warmUp.from)}: ${complaint}`)]
  },
}

function complaintAbout(warm: Pool, cold: Pool, { pools }: Settings): string | undefined {
  if (warm.name === cold.name) return 'must be another pool: one that misses has nothing to give to itself'
  if (warm.copies > 1)
    return `must have 1 copy and has ${warm.copies}: add, append and prepend would reach one of them alone`
  if (warm.warmUp !== undefined)
    return 'must not warm up itself: a key would be looked for in a circle, or in three pools'
  const owner = pools.find(({ gutter }) => gutter?.pool === warm.name)
  if (owner !== undefined)
    return `must not be a gutter, as it is that of ${owner.name}: ${TWICE} while a server does not answer, and what is there lives for a while`
  const shared = sharedServer(cold, warm)
  if (shared !== undefined)
    return `must have no server in common with this pool, and both have ${shared}: ${TWICE}, and every add that succeeds be answered NOT_STORED`
  const gutter = pools.find(({ name }) => name === cold.gutter?.pool)
  const standsIn = gutter === undefined ? undefined : sharedServer(gutter, warm)
  if (standsIn === undefined) return undefined
  return `must have no server in common with ${gutter?.name}, the gutter of this pool, and both have ${standsIn}: ${TWICE} while a server does not answer`
}

const TWICE = 'append and prepend would be done twice'
