import type { Topology } from '../mcrouter.ts'
import { movedShare } from '../moved-share.ts'
import { type ResizeEffect, TOPOLOGIES } from '../topologies.ts'

/** What mcrouter cannot know after a shrink: which of the values on a server are out of date (measured on the real one). */
export const MAY_COME_BACK =
  'keys that had moved away when the pool grew are read from their old server again: old values may come back until they expire'

/**
 * What a change of the pool's size means, or undefined when there is none.
 * @param topology undefined where it is not known
 * @param unit what the numbers count
 */
export function resizeWarning(
  from: number,
  to: number,
  topology?: Topology,
  unit: 'server' | 'shard' = 'server',
): string | undefined {
  if (from === to) return undefined
  const { growth, shrink } = topology === undefined ? ANY : TOPOLOGIES[topology].resize
  const share = `about ${Math.round(movedShare(from, to) * 100)} % of the keys`
  if (to > from) {
    const target = to - from === 1 ? `the new ${unit}, which starts` : `the new ${unit}s, which start`
    return `${from} → ${to} ${unit}s${growth(share, target)}`
  }
  const source =
    from - to === 1
      ? `the ${unit} that goes, which is the last`
      : `the ${from - to} ${unit}s that go, which are the last`
  return `${from} → ${to} ${unit}s moves ${share}, those on ${source}; ${shrink}`
}

/** What is true whatever the topology, and which is which where it is not. */
const ANY: ResizeEffect = {
  growth: (share, target) => ` moves ${share}, all to ${target} empty`,
  shrink: Object.entries(TOPOLOGIES)
    .map(([name, { loses }], index) =>
      index === 0 ? `a ${name} pool loses ${loses}` : `a ${name} one ${loses}`,
    )
    .join(', '),
}
