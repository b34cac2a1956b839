import { quote } from '../../../text/quote.ts'
import { itemBytes, largestItem } from '../../formats/item-size.ts'
import { invalid, type PoolRule } from './rule.ts'

/** "Cannot set item size limit higher than 1/2 of memory max.", and memcached ends. */
export const itemSizeRule: PoolRule = {
  reads: ['pool.maxItemSize', 'pool.memoryMb'],
  ofPool: ({ maxItemSize: size, memoryMb: memory }, index, { version: { fieldPath, format } }) => {
    const bytes = itemBytes(size)
    if (bytes === undefined || bytes * 2 <= memory * 1024 * 1024) return []
    const half = format('pool.maxItemSize', largestItem(memory))
    const most = `must be at most half of ${fieldPath('pool.memoryMb', index)}, which is ${format('pool.memoryMb', memory)}: ${half}`
    const message = `${quote(format('pool.maxItemSize', size))}: ${most}; memcached does not start otherwise`
    return [invalid(fieldPath('pool.maxItemSize', index), message)]
  },
}
