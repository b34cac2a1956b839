import { singlePoolName } from './pool.ts'
import type { CompositeHandle } from './route-handle.ts'

/** Name of the handle that reads on where a server misses. */
export const PAST_MISSES = 'read-or-ask'

/** Of more servers the text with these handles could be too long for a ConfigMap. */
export const MOST_SERVERS = 500

/** Servers that are asked in a row before the first: as many as are tried when a server is dead. */
const IN_A_ROW = 3

/**
 * Handles that ask a key's home, its successors, and at last the first server, which is never one of those that were added;
 * the last of them is {@link PAST_MISSES}.
 */
export function pastMisses(servers: number): CompositeHandle[] {
  const misses = Array.from({ length: servers }, (_, home): CompositeHandle => {
    const row = Array.from({ length: Math.min(IN_A_ROW, servers) }, (_, next) => (home + next) % servers)
    const asked = row.includes(0) ? row : [...row, 0]
    const children = asked.map((ordinal) => `Pool|${singlePoolName(ordinal)}`)
    // Without it, the reply of a dead server that was asked last would hide the miss of one that answered.
    return { type: 'MissFailoverRoute', name: `miss-${home}`, children, return_best_on_error: true }
  })
  const children = misses.map(({ name }) => name)
  return [...misses, { type: 'HashRoute', name: PAST_MISSES, children }]
}
