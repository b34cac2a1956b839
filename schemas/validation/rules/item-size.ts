import { quote } from '../../../text/quote.ts'
import { itemBytes, largestItem } from '../../formats/item-size.ts'
import { invalid, type Rule } from './rule.ts'

/** "Cannot set item size limit higher than 1/2 of memory max.", and memcached ends. */
export const itemSizeRule: Rule = {
  reads: ['memcached_max_item_size', 'memcached_memory_mb'],
  violations: ({ memcached_max_item_size: size, memcached_memory_mb: memory }) => {
    const bytes = size === undefined ? undefined : itemBytes(size)
    if (bytes === undefined || bytes * 2 <= memory * 1024 * 1024) return []
    const most = `must be at most half of memcached_memory_mb, which is ${memory}: ${largestItem(memory)}`
    return [
      invalid('spec.memcached_max_item_size', `${quote(size)}: ${most}; memcached does not start otherwise`),
    ]
  },
}
