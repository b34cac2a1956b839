import { quote } from '../../../text/quote.ts'
import { leastMemory } from '../../formats/memcached-memory.ts'
import { amountOf, mebibytes } from '../../formats/quantity.ts'
import { invalid, type Rule } from './rule.ts'

/** memcached allocates up to its -m whatever the container may use: with less it is killed when the cache fills. */
export const memoryLimitRule: Rule = {
  reads: ['memcached_resources', 'memcached_memory_mb', 'memcached_max_connections'],
  violations: ({ memcached_resources, memcached_memory_mb, memcached_max_connections }) => {
    const limit = memcached_resources?.limits?.memory
    const amount = limit === undefined ? undefined : amountOf(limit)
    const least = leastMemory(memcached_memory_mb, memcached_max_connections)
    if (amount === undefined || amount >= mebibytes(least)) return []
    const why = `memcached needs ${least}Mi to hold memcached_memory_mb ${memcached_memory_mb} with ${memcached_max_connections} connections, and is killed with less; raise the limit or lower memcached_memory_mb`
    return [
      invalid(
        'spec.memcached_resources.limits.memory',
        `${quote(limit)}: must be at least ${least}Mi: ${why}`,
      ),
    ]
  },
}
