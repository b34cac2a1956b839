import { quote } from '../../../text/quote.ts'
import { sharedServer } from '../../external-server.ts'
import type { Field, Settings } from '../../fields.ts'
import { itemBytes } from '../../formats/item-size.ts'
import { isExternal } from '../../layout.ts'
import { MAIN_POOL, type Pool } from '../../mcrouter.ts'
import { hasMadeGutter } from '../pool-place.ts'
import { poolOrViolation } from './references.ts'
import { invalid, type PoolRule, type Written } from './rule.ts'

// What takes over from servers that do not answer is a pool of its own, for nothing else.

const besideCopies: PoolRule = {
  needs: 'pool.gutter',
  reads: ['pool.gutter', 'pool.copies', 'pool.external'],
  ofPool: ({ gutter, copies }, index, { version: { fieldPath } }) => {
    if (gutter === undefined || copies === 1) return []
    const needless = `must be left out with ${copies} copies: when one does not answer, another copy takes over`
    return [invalid(fieldPath('pool.gutter', index), needless)]
  },
}

const anotherPool: PoolRule = {
  needs: 'pool.gutter',
  reads: ['pool.gutter', 'pool.name'],
  ofPool: ({ name, gutter }, index, written, settings) => {
    if (gutter === undefined || hasMadeGutter(index, written)) return []
    const path = `${written.version.fieldPath('pool.gutter', index)}.pool`
    const found = poolOrViolation(settings, gutter.pool, path, written)
    if ('violation' in found) return [found.violation]
    const words = wrongPool(gutter.pool, name)
    return words === undefined ? [] : [invalid(path, `${quote(gutter.pool)}: ${words}`)]
  },
}

function wrongPool(gutter: string, of: string): string | undefined {
  if (gutter === of) return 'must be another pool: one cannot take over from itself'
  return gutter === MAIN_POOL
    ? 'must be a pool without keys of its own, and every key without a prefix is in main'
    : undefined
}

type Complain = (gutter: Pool, of: Pool, settings: Settings, written: Written) => string | undefined

/** A rule for a pool that is the gutter of another, and can be. */
function complaining(reads: readonly Field[], complain: Complain): PoolRule {
  return {
    needs: 'pool.gutter',
    reads: ['pool.gutter', 'pool.name', ...reads],
    ofPool: (pool, index, written, settings) => {
      const { gutter, name } = pool
      if (gutter === undefined || hasMadeGutter(index, written)) return []
      const found = settings.pools.find((one) => one.name === gutter.pool)
      if (found === undefined || wrongPool(gutter.pool, name) !== undefined) return []
      const words = complain(found, pool, settings, written)
      const path = `${written.version.fieldPath('pool.gutter', index)}.pool`
      return words === undefined ? [] : [invalid(path, `${quote(gutter.pool)}: ${words}`)]
    },
  }
}

function prefixComplaint(gutter: Pool, _of: Pool, { prefixes }: Settings): string | undefined {
  const prefix = prefixes.find(({ pool }) => pool === gutter.name)
  return (
    prefix &&
    `must be a pool without keys of its own, and those with the prefix ${quote(prefix.prefix)} are in it: they would make room for values that are there for a while`
  )
}

function roleComplaint({ gutter, warmUp }: Pool): string | undefined {
  return gutter || warmUp
    ? 'must be a pool without a gutter and without warmUp: it takes over by itself'
    : undefined
}

function copiesComplaint({ copies }: Pool): string | undefined {
  return copies > 1
    ? `must have 1 copy and has ${copies}: a key is on one server of a gutter, whatever its copies`
    : undefined
}

function sharedComplaint(gutter: Pool, of: Pool): string | undefined {
  const shared = sharedServer(gutter, of)
  return (
    shared &&
    `must have no server in common with this pool, and both have ${shared}: one cannot take over from itself`
  )
}

function sizeComplaint(
  gutter: Pool,
  of: Pool,
  _settings: Settings,
  { version: { format } }: Written,
): string | undefined {
  const [size, most] = [gutter.maxItemSize, of.maxItemSize]
  // What servers of others take, they know.
  if (isExternal(gutter) || (itemBytes(size) ?? 0) <= (itemBytes(most) ?? 0)) return undefined
  const sizeText = (value: string) => format('pool.maxItemSize', value)
  return `its maxItemSize is ${sizeText(size)} and must be at most ${sizeText(most)}, that of this pool: what a server refuses as too large would be stored in the gutter, where no read finds it`
}

export const gutterRules: readonly PoolRule[] = [
  besideCopies,
  anotherPool,
  complaining(['prefixes'], prefixComplaint),
  complaining(['pool.warmUp'], roleComplaint),
  complaining(['pool.copies', 'pool.external'], copiesComplaint),
  complaining(['pool.external'], sharedComplaint),
  complaining(['pool.maxItemSize', 'pool.external'], sizeComplaint),
]
