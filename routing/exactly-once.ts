import type { Pool } from '../schemas/mcrouter.ts'
import type { CopySet } from './copy-set.ts'
import { handleName } from './pool.ts'
import type { CompositeHandle, Policies } from './route-handle.ts'

/** Which answer of all copies is that of a write that goes to each of them exactly once. */
type Everywhere = 'AllFastestRoute' | 'AllMajorityRoute' | 'AllSyncRoute'

interface Once {
  readonly policies: Policies
  readonly handles: readonly CompositeHandle[]
}

/**
 * How add, append and prepend go to the copies of a pool: they must reach each server exactly once, so they cannot take the
 * chains, where a neighbour gets the write of a dead server as well. Of two copies there is no majority but both: `add` then
 * fails rather than be won twice.
 */
export function exactlyOnce(
  { name, writes }: Pick<Pool, 'name' | 'writes'>,
  { all, each }: Pick<CopySet, 'all' | 'each'>,
): Once {
  const isStrict = writes === 'Strict'
  const most = each.length > 2 ? 'AllMajorityRoute' : 'AllFastestRoute'
  const add = through(name, isStrict || each.length === 2 ? 'AllSyncRoute' : most, all)
  const append = through(name, isStrict ? 'AllSyncRoute' : most, all)
  const handles = [add, append].flatMap(({ handle }) => handle ?? [])
  return {
    policies: { add: add.policy, append: append.policy, prepend: append.policy },
    handles: add.policy === append.policy ? handles.slice(0, 1) : handles,
  }
}

/** In its short form where the copies are one list. */
function through(
  pool: string,
  type: Everywhere,
  children: readonly string[],
): { readonly policy: string; readonly handle?: CompositeHandle } {
  const [only, ...more] = children
  if (more.length === 0) return { policy: `${type}|${only}` }
  const name = handleName(pool, NAMES[type])
  return { policy: name, handle: { type, name, children } }
}

const NAMES: Readonly<Record<Everywhere, string>> = {
  AllFastestRoute: 'first-copy',
  AllMajorityRoute: 'most-copies',
  AllSyncRoute: 'every-copy',
}
