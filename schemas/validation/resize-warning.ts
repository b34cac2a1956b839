import type { Topology } from '../mcrouter.ts'

/**
 * The share of keys that change their server when a pool goes from one size to another: Ch3 moves 1 - smaller/larger of
 * them, all to or from the servers at the end (measured on a million keys; mcrouter lib/fbi/hash.c).
 */
export function movedShare(from: number, to: number): number {
  return 1 - Math.min(from, to) / Math.max(from, to)
}

/** What mcrouter cannot know after a shrink: which of the values on a server are out of date (measured on the real one). */
export const MAY_COME_BACK =
  'keys that had moved away when the pool grew are read from their old server again: old values may come back until they expire'

/**
 * What a change of the pool's size means, or undefined when there is none.
 * @param topology undefined where it is not known
 */
export function resizeWarning(from: number, to: number, topology?: Topology): string | undefined {
  if (from === to) return undefined
  const percent = `about ${Math.round(movedShare(from, to) * 100)} %`
  if (to > from) {
    const target = to - from === 1 ? 'the new server, which starts' : 'the new servers, which start'
    if (topology === 'replicated') {
      return `${from} → ${to} servers: ${percent} of the keys are looked for first on ${target} empty; ${FILLING}`
    }
    return `${from} → ${to} servers moves ${percent} of the keys, all to ${target} empty`
  }
  const source =
    from - to === 1
      ? 'the server that goes, which is the last'
      : `the ${from - to} servers that go, which are the last`
  return `${from} → ${to} servers moves ${percent} of the keys, those on ${source}; ${FATE[topology ?? 'unknown']}`
}

/** What reads past a miss cannot give: see routing/past-misses.ts. */
const FILLING =
  'for an hour, unless the operator is set otherwise, get also asks servers that were there before; every other operation, and get after that, misses what was not set again'

/** A replicated pool sends incr, decr and cas to one server only. */
const FATE = {
  sharded: 'what is stored there is lost',
  replicated: 'the servers that stay hold them as well, but not what incr, decr or cas changed there',
  unknown: 'a sharded pool loses what is stored there, a replicated one what incr, decr or cas changed there',
}
