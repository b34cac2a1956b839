import { quote } from '../../../text/quote.ts'
import { sharedServer } from '../../external-server.ts'
import type { Settings } from '../../fields.ts'
import { itemBytes } from '../../formats/item-size.ts'
import { isExternal } from '../../layout.ts'
import { MAIN_POOL, type Pool } from '../../mcrouter.ts'
import { hasMadeGutter } from '../pool-place.ts'
import { poolOrViolation } from './references.ts'
import { invalid, type PoolRule, type Written } from './rule.ts'

/** What takes over from servers that do not answer is a pool of its own, for nothing else. */
export const gutterRule: PoolRule = {
  needs: 'pool.gutter',
  reads: [
    'pool.gutter',
    'pool.copies',
    'pool.external',
    'pool.maxItemSize',
    'pool.warmUp',
    'pool.name',
    'prefixes',
  ],
  ofPool: (pool, index, written, settings) => {
    const { gutter, copies } = pool
    if (gutter === undefined) return []
    const path = written.version.fieldPath('pool.gutter', index)
    const needless = `must be left out with ${copies} copies: when one does not answer, another copy takes over`
    const many = copies > 1 ? [invalid(path, needless)] : []
    if (hasMadeGutter(index, written)) return many
    const found = poolOrViolation(settings, gutter.pool, `${path}.pool`, written)
    if ('violation' in found) return [...many, found.violation]
    const complaints = complaintsAbout(found.pool, pool, settings, written)
    return [...many, ...complaints.map((words) => invalid(`${path}.pool`, `${quote(gutter.pool)}: ${words}`))]
  },
}

/** All of what can be mended in it; of a pool that cannot be it, only that. */
function complaintsAbout(gutter: Pool, of: Pool, settings: Settings, written: Written): string[] {
  if (gutter.name === of.name) return ['must be another pool: one cannot take over from itself']
  if (gutter.name === MAIN_POOL)
    return ['must be a pool without keys of its own, and every key without a prefix is in main']
  return [...roleComplaints(gutter, settings), ...serverComplaints(gutter, of, written)].filter(
    (words) => words !== undefined,
  )
}

function roleComplaints(gutter: Pool, { prefixes }: Settings) {
  const prefix = prefixes.find(({ pool }) => pool === gutter.name)
  return [
    prefix &&
      `must be a pool without keys of its own, and those with the prefix ${quote(prefix.prefix)} are in it: they would make room for values that are there for a while`,
    gutter.gutter || gutter.warmUp
      ? 'must be a pool without a gutter and without warmUp: it takes over by itself'
      : undefined,
  ]
}

function serverComplaints(gutter: Pool, of: Pool, written: Written) {
  const shared = sharedServer(gutter, of)
  return [
    gutter.copies > 1
      ? `must have 1 copy and has ${gutter.copies}: a key is on one server of a gutter, whatever its copies`
      : undefined,
    shared &&
      `must have no server in common with this pool, and both have ${shared}: one cannot take over from itself`,
    sizeComplaint(gutter, of, written),
  ]
}

function sizeComplaint(gutter: Pool, of: Pool, { version: { format } }: Written): string | undefined {
  const [size, most] = [gutter.maxItemSize, of.maxItemSize]
  // What servers of others take, they know.
  if (isExternal(gutter) || (itemBytes(size) ?? 0) <= (itemBytes(most) ?? 0)) return undefined
  const sizeText = (value: string) => format('pool.maxItemSize', value)
  return `its maxItemSize is ${sizeText(size)} and must be at most ${sizeText(most)}, that of this pool: what a server refuses as too large would be stored in the gutter, where no read finds it`
}
