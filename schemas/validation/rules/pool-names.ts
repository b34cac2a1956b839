import { quote } from '../../../text/quote.ts'
import { valueAt } from '../../fields.ts'
import { MOST_POOLS } from '../../mcrouter.ts'
import type { Violation } from '../violation.ts'
import { invalid, type Rule, type Written } from './rule.ts'

/** No two pools have the same name, those included that are made for a gutter; the first is main. */
export const poolNamesRule: Rule = {
  needs: 'pool.name',
  reads: ['pool.name', 'pool.gutter'],
  violations: ({ pools }, written) => {
    const names = pools.map(({ name }) => name)
    const violations = pools.flatMap(({ name }, index): Violation[] => {
      if (names.indexOf(name) === index) return []
      const { path, why } = placeOf(pools, index, written)
      return [
        {
          path: `spec.${path}`,
          reason: 'FieldValueDuplicate',
          message: `Duplicate value: ${quote(name)}${why}`,
        },
      ]
    })
    if (pools.length <= MOST_POOLS) return violations
    const must = `a Mcrouter has at most ${MOST_POOLS} pools, main and those that are made for a gutter included, and these are ${pools.length}`
    const last = written.version.fieldPath('pool.gutter', 0)
    return [...violations, invalid(last, must)]
  },
}

function placeOf(
  pools: readonly { readonly name: string; readonly gutter?: { readonly pool: string } }[],
  index: number,
  { spec, version: { keysOf, fieldPath } }: Written,
) {
  const name = pools[index]?.name
  const isWritten = valueAt(spec, keysOf('pool.name', index)) !== undefined
  if (isWritten) return { path: fieldPath('pool.name', index), why: '' }
  const owner = pools.findIndex(({ gutter }) => gutter?.pool === name)
  return {
    path: fieldPath('pool.gutter', Math.max(owner, 0)),
    why: ': a pool of that name is made for this gutter; name one with pool, or call the other otherwise',
  }
}
