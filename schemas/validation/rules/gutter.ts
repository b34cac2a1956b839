import { quote } from '../../../text/quote.ts'
import type { Settings } from '../../fields.ts'
import { MAIN_POOL, type Pool } from '../../mcrouter.ts'
import { poolOrViolation } from './references.ts'
import { invalid, type PoolRule } from './rule.ts'

/** What takes over from servers that do not answer is a pool of its own, for nothing else. */
export const gutterRule: PoolRule = {
  needs: 'pool.gutter',
  reads: ['pool.gutter', 'pool.copies', 'pool.external', 'pool.warmUp', 'pool.name', 'prefixes'],
  ofPool: ({ name, gutter, copies }, index, { version: { fieldPath } }, settings) => {
    if (gutter === undefined) return []
    const path = fieldPath('pool.gutter', index)
    if (copies > 1)
      return [
        invalid(
          path,
          `must be left out with ${copies} copies: when one does not answer, another copy takes over`,
        ),
      ]
    const found = poolOrViolation(settings, gutter.pool, `${path}.pool`)
    if ('violation' in found) return [found.violation]
    const complaint = complaintAbout(found.pool, name, settings)
    return complaint === undefined ? [] : [invalid(`${path}.pool`, `${quote(gutter.pool)}: ${complaint}`)]
  },
}

function complaintAbout(gutter: Pool, of: string, { prefixes }: Settings): string | undefined {
  if (gutter.name === of) return 'must be another pool: one cannot take over from itself'
  if (gutter.name === MAIN_POOL)
    return 'must be a pool without keys of its own, and every key without a prefix is in main'
  const prefix = prefixes.find(({ pool }) => pool === gutter.name)
  if (prefix !== undefined)
    return `must be a pool without keys of its own, and those with the prefix ${quote(prefix.prefix)} are in it: they would make room for values that are there for a while`
  if (gutter.gutter !== undefined || gutter.warmUp !== undefined)
    return 'must be a pool without a gutter and without warmUp: it takes over by itself'
  return undefined
}
