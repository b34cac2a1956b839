import type { Pool } from '../schemas/mcrouter.ts'
import type { CopySet } from './copy-set.ts'
import { askCopies, MOST_COPIES, pastMisses } from './past-misses.ts'
import { handleName } from './pool.ts'
import type { CompositeHandle, NamedHandle } from './route-handle.ts'

/** How long a copy that was filled from another keeps what it got: it may be older than what the other copies have by then. */
export const REFILL_SECONDS = 60

interface Get {
  /** The policy of `get`; every other operation reads the key's home. */
  readonly get: string
  readonly handles: readonly NamedHandle[]
}

/**
 * What a `get` does whose first copy does not have the key.
 *
 * Asking the others costs a lookup in each for a true miss, and brings back more of what was deleted while a copy was down;
 * refilling brings back old counters and cas values as well.
 *
 * @param read the handle that reads a key's home
 * @param filling whether copies were added a short while ago: those are asked past until they have filled up, a few microseconds
 *   more for each miss
 */
export function onMiss({ name, onMiss: does }: Pool, set: CopySet, read: string, filling: boolean): Get {
  switch (does) {
    case 'AskCopies':
      return lastOf(askCopies(name, set))
    case 'Refill':
      return lastOf(refill(name, set, read))
    case 'Miss':
      return filling && set.each.length <= MOST_COPIES
        ? lastOf(pastMisses(name, set))
        : { get: read, handles: [] }
  }
}

function refill(pool: string, { all }: CopySet, read: string): NamedHandle[] {
  const others: CompositeHandle = {
    type: 'MissFailoverRoute',
    name: handleName(pool, 'others'),
    children: all,
    return_best_on_error: true,
  }
  const heal = handleName(pool, 'heal')
  return [others, { type: 'WarmUpRoute', name: heal, cold: read, warm: others.name, exptime: REFILL_SECONDS }]
}

function lastOf(handles: readonly NamedHandle[]): Get {
  return { get: handles.at(-1)?.name ?? '', handles }
}
