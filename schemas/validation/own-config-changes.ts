import { isDeepStrictEqual } from 'node:util'
import type { ApiVersion } from '../api-version.ts'
import type { Mcrouter, Pool } from '../mcrouter.ts'
import type { Warning } from './violation.ts'

type Routed = Pick<Mcrouter, 'config' | 'pools'>

export function hasOwnConfig({ config }: Pick<Mcrouter, 'config'>): boolean {
  return config !== undefined
}

/**
 * Of a change before or after which routes are those of mcrouter's own JSON: which keys it moves follows from hash functions, weights and
 * conditions in there, and is told for none rather than wrongly for some.
 */
export function ownConfigWarning(before: Routed, now: Routed, { fieldPath }: ApiVersion): Warning[] {
  const config = fieldPath('config')
  const untold = `which keys move is not told for routes of spec.${config}; see what is asked for a key with mcrouter-operator explain, before and after`
  if (!isDeepStrictEqual(before.config, now.config)) return [`spec.${config} changes: ${untold}`]
  return now.pools.flatMap((pool, index) => {
    const former = before.pools.find(({ name }) => name === pool.name)
    if (former === undefined || isDeepStrictEqual(serversOf(former), serversOf(pool))) return []
    return [
      `pool ${pool.name}: spec.${fieldPath('pool.shards', index)} or the servers beside it change: ${untold}`,
    ]
  })
}

/** What decides who has a key. */
function serversOf({ shards, copies, external }: Pool) {
  return { shards, copies, external }
}
