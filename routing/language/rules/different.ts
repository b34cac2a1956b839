import { quote } from '../../../text/quote.ts'
import type { Rule } from '../route-handle-type.ts'

/** That one option leads to no pool that another leads to: to go from a pool to itself is to go nowhere. */
export function different(one: string, other: string): Rule {
  return (handle) => {
    const pools = new Set(handle.led(one)?.routes.map(({ pool }) => pool?.name))
    const same = handle.led(other)?.routes.find(({ pool }) => pool !== undefined && pools.has(pool.name))
    if (same === undefined) return
    const message = `Invalid value: the pool ${quote(same.pool?.name)} is in ${one} already: must be another`
    handle.complain([other], 'FieldValueInvalid', message)
  }
}
