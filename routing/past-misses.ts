import type { CopySet } from './copy-set.ts'
import { handleName } from './pool.ts'
import { type CompositeHandle, hashRoute } from './route-handle.ts'

/** Name of the handle that reads on where a copy misses. */
export const PAST_MISSES = 'read-or-ask'

/** Whether a handle of the main pool is that, or what stands for it in one of several zones (routing/zones.ts). */
export function isPastMisses(handle: string): boolean {
  return handle === PAST_MISSES || handle.startsWith(`${PAST_MISSES}-`)
}

/** Of more copies the text with these handles could be too long for a ConfigMap. */
export const MOST_COPIES = 500

/** Copies that are asked in a row before the first: as many as are tried when a server is dead. */
const IN_A_ROW = 3

/**
 * Handles that ask a key's home, its successors, and at last the first copy, which is never one of those that were added;
 * the last of them is {@link PAST_MISSES}.
 */
export function pastMisses(pool: string, set: CopySet): CompositeHandle[] {
  const row = Math.min(IN_A_ROW, set.each.length)
  return seek(pool, { each: 'miss', all: PAST_MISSES }, set, (home) => {
    const asked = Array.from({ length: row }, (_, next) => (home + next) % set.each.length)
    return asked.includes(0) ? asked : [...asked, 0]
  })
}

/** Handles that ask a key's home and then every other copy; the last of them is `seek`. */
export function askCopies(pool: string, set: CopySet): CompositeHandle[] {
  return seek(pool, { each: 'seek', all: 'seek' }, set, (home) =>
    set.each.map((_, next) => (home + next) % set.each.length),
  )
}

function seek(
  pool: string,
  names: { readonly each: string; readonly all: string },
  { each: copies, salt }: CopySet,
  asked: (home: number) => readonly number[],
): CompositeHandle[] {
  const handles = copies.map((_, home): CompositeHandle => {
    const children = asked(home).map((copy) => copies[copy] ?? '')
    const name = handleName(pool, `${names.each}-${home}`)
    // Without it, the reply of a dead server that was asked last would hide the miss of one that answered.
    return { type: 'MissFailoverRoute', name, children, return_best_on_error: true }
  })
  const children = handles.map(({ name }) => name)
  return [...handles, hashRoute(handleName(pool, names.all), children, salt)]
}
