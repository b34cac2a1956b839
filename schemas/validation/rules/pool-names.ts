import { quote } from '../../../text/quote.ts'
import { MOST_POOLS } from '../../mcrouter.ts'
import { isWritten, poolFieldPath } from '../pool-place.ts'
import type { Violation } from '../violation.ts'
import { invalid, type Rule } from './rule.ts'

/** No two pools have the same name, those included that are made for a gutter; the first is main. */
export const poolNamesRule: Rule = {
  needs: 'pool.name',
  reads: ['pool.name', 'pool.gutter'],
  violations: ({ pools }, written) => {
    const names = pools.map(({ name }) => name)
    const violations = pools.flatMap(({ name }, index): Violation[] => {
      if (names.indexOf(name) === index) return []
      const path = `spec.${poolFieldPath('pool.name', index, { pools }, written)}`
      const why = isWritten(index, written) ? '' : MADE
      const message = `Duplicate value: ${quote(name)}${why}`
      return [{ path, reason: 'FieldValueDuplicate', message }]
    })
    if (pools.length <= MOST_POOLS) return violations
    const must = `a Mcrouter has at most ${MOST_POOLS} pools, main and those that are made for a gutter included, and these are ${pools.length}`
    const last = written.version.fieldPath('pool.gutter', 0)
    return [...violations, invalid(last, must)]
  },
}

const MADE = ': a pool of that name is made for this gutter; name one with pool, or call the other otherwise'
