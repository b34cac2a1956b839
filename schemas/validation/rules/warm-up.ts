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
    const partial = `must be left out with ${copies} copies: what is found would be copied to one of them alone`
    const many = copies > 1 ? [invalid(path, partial)] : []
    const found = poolOrViolation(settings, warmUp.from, `${path}.from`, written)
    if ('violation' in found) return [...many, found.violation]
    const complaints = complaintsAbout(found.pool, cold, settings)
    return [...many, ...complaints.map((words) => invalid(`${path}.from`, `${quote(warmUp.from)}: ${words}`))]
  },
}

/** All of what can be mended in it; of a pool that cannot be it, only that. */
function complaintsAbout(warm: Pool, cold: Pool, { pools }: Settings): string[] {
  if (warm.name === cold.name) return ['must be another pool: one that misses has nothing to give to itself']
  const owner = pools.find(({ gutter }) => gutter?.pool === warm.name)
  return [
    warm.copies > 1
      ? `must have 1 copy and has ${warm.copies}: add, append and prepend would reach one of them alone`
      : undefined,
    warm.warmUp && 'must not warm up itself: a key would be looked for in a circle, or in three pools',
    owner &&
      `must not be a gutter, as it is that of ${owner.name}: ${TWICE} while a server does not answer, and what is there lives for a while`,
    ...sharedComplaints(warm, cold, pools),
  ].filter((words) => words !== undefined)
}

function sharedComplaints(warm: Pool, cold: Pool, pools: readonly Pool[]) {
  const gutter = pools.find(({ name }) => name === cold.gutter?.pool && name !== warm.name)
  const shared = sharedServer(cold, warm)
  const standsIn = gutter && sharedServer(gutter, warm)
  return [
    shared &&
      `must have no server in common with this pool, and both have ${shared}: ${TWICE}, and every add that succeeds be answered NOT_STORED`,
    standsIn &&
      `must have no server in common with ${gutter.name}, the gutter of this pool, and both have ${standsIn}: ${TWICE} while a server does not answer`,
  ]
}

const TWICE = 'append and prepend would be done twice'
