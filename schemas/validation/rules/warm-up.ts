import { quote } from '../../../text/quote.ts'
import type { Pool } from '../../mcrouter.ts'
import { poolOrViolation } from './references.ts'
import { invalid, type PoolRule } from './rule.ts'

/** A pool warms up from one that holds other copies of its keys, each of them on one server. */
export const warmUpRule: PoolRule = {
  needs: 'pool.warmUp',
  reads: ['pool.warmUp', 'pool.copies', 'pool.external', 'pool.name'],
  ofPool: (cold, index, { version: { fieldPath } }, settings) => {
    const { warmUp, copies } = cold
    if (warmUp === undefined) return []
    const path = fieldPath('pool.warmUp', index)
    if (copies > 1)
      return [
        invalid(
          path,
          `must be left out with ${copies} copies: what is found would be copied to one of them alone`,
        ),
      ]
    const found = poolOrViolation(settings, warmUp.from, `${path}.from`)
    if ('violation' in found) return [found.violation]
    const complaint = complaintAbout(found.pool, cold)
    return complaint === undefined ? [] : [invalid(`${path}.from`, `${quote(warmUp.from)}: ${complaint}`)]
  },
}

function complaintAbout(warm: Pool, cold: Pool): string | undefined {
  if (warm.name === cold.name) return 'must be another pool: one that misses has nothing to give to itself'
  if (warm.copies > 1)
    return `must have 1 copy and has ${warm.copies}: add, append and prepend would reach one of them alone`
  if (warm.warmUp !== undefined)
    return 'must not warm up itself: a key would be looked for in a circle, or in three pools'
  const shared = warm.external.find(({ host, port }) =>
    cold.external.some((one) => one.host === host && one.port === port),
  )
  if (shared === undefined) return undefined
  return `must have no server in common with this pool, and both have ${shared.host}:${shared.port}: append and prepend would be done twice, and every add that succeeds be answered NOT_STORED`
}
