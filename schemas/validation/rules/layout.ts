import { serversIn } from '../../layout.ts'
import { POOL_SIZE } from '../../pool-size.ts'
import { invalid, type PoolRule } from './rule.ts'

/** A pool has no more servers, however they hold its keys. */
export const layoutRule: PoolRule = {
  reads: ['pool.shards', 'pool.copies'],
  ofPool: ({ shards, copies }, index, { version: { fieldPath } }) => {
    const servers = serversIn({ shards, copies })
    if (servers <= POOL_SIZE.maximum) return []
    const must = `must be at most ${Math.floor(POOL_SIZE.maximum / shards)} with ${shards} ${fieldPath('pool.shards', index)}: a pool has at most ${POOL_SIZE.maximum} servers, and these are ${servers}`
    return [invalid(fieldPath('pool.copies', index), `${copies}: ${must}`)]
  },
}
