import { quote } from '../../../text/quote.ts'
import { valueAt } from '../../fields.ts'
import { leastMemory } from '../../formats/memcached-memory.ts'
import { amountOf, mebibytes } from '../../formats/quantity.ts'
import { invalid, type PoolRule } from './rule.ts'

const LIMIT = ['limits', 'memory']

/** memcached allocates up to its -m whatever the container may use: with less it is killed when the cache fills. */
export const memoryLimitRule: PoolRule = {
  reads: ['pool.resources', 'pool.memoryMb', 'pool.maxConnections', 'pool.tls'],
  ofPool: ({ memoryMb, maxConnections, resources, tls }, index, { spec, version }) => {
    const { fieldPath, keysOf, format } = version
    const written = valueAt(valueAt(spec, keysOf('pool.resources', index)), LIMIT)
    // One that nobody wrote follows from the memory, and is enough.
    const { memory: limit } = written === undefined ? {} : resources.limits
    const amount = limit === undefined ? undefined : amountOf(limit)
    const least = leastMemory(memoryMb, maxConnections, tls !== undefined)
    if (amount === undefined || amount >= mebibytes(least)) return []
    const memory = fieldPath('pool.memoryMb', index)
    const why = `memcached needs ${least}Mi to hold ${memory} ${format('pool.memoryMb', memoryMb)} with ${maxConnections} connections, and is killed with less; raise the limit or lower ${memory}`
    const message = `${quote(written)}: must be at least ${least}Mi: ${why}`
    return [invalid(`${fieldPath('pool.resources', index)}.limits.memory`, message)]
  },
}
