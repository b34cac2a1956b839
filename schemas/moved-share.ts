import { type Layout, serversIn } from './layout.ts'

// How Ch3 moves keys when servers are added or removed at the end of a pool.
//
// Its walk (routing/hash/ch3.ts) is the same for any number of servers up to the first index that the smaller pool has not:
// positions in the key's stream of bits do not depend on that number, and no two draws share a bit. From there the smaller pool
// draws anew, from bits that nothing else reads. So a server of both pools keeps the keys that it has in the larger one, and a
// server of the larger pool alone has an equal part of the keys of each server of the smaller. With fair bits that is exact, but
// for keys of which 32 draws find no server: one in 2^32 at most.

/** The share of keys that change their server when a pool goes from one size to another, all to or from the servers at the end. */
export function movedShare(from: number, to: number): number {
  return 1 - Math.min(from, to) / Math.max(from, to)
}

/** Of `from` × `to` equal parts of all keys, those whose index is `before` in a pool of `from` servers and `after` in one of `to`. */
export function partsBetween(before: number, after: number, from: number, to: number): number {
  const inBoth = Math.min(from, to)
  if (before === after) return inBoth
  return Math.max(before, after) >= inBoth ? 1 : 0
}

/** The same of two servers by ordinal, as the home of a key: the one that is asked first. */
export function partsStaying(here: number, there: number, before: Layout, after: Layout): number {
  const [plain, salted] = choices(before)
  const [plainAfter, saltedAfter] = choices(after)
  return (
    partsBetween(Math.floor(here / salted), Math.floor(there / saltedAfter), plain, plainAfter) *
    partsBetween(here % salted, there % saltedAfter, salted, saltedAfter)
  )
}

/** The share of keys that have another home when servers that an operator runs are laid out otherwise. From 0 to 1. */
export function homesMoved(before: Layout, after: Layout): number {
  const inBoth = Math.min(serversIn(before), serversIn(after))
  let staying = 0
  for (let ordinal = 0; ordinal < inBoth; ordinal += 1)
    staying += partsStaying(ordinal, ordinal, before, after)
  return 1 - staying / (serversIn(before) * serversIn(after))
}

/**
 * Of as many parts as there are shards before times servers after, those that have a copy on the server `here` before, and the
 * server `there` for their home afterwards.
 */
export function partsFound(here: number, there: number, before: Layout, after: Layout): number {
  const [plain, salted] = choices(after)
  return partsBetween(Math.floor(here / before.copies), Math.floor(there / salted), before.shards, plain)
}

/**
 * Ch3 chooses the shard, and with a salt the copy; of one shard it chooses the copy without (routing/copy-set.ts). So the choices
 * without a salt are of one walk, before and after, and those with it of another.
 *
 * @returns among how many Ch3 chooses without a salt, and with it
 */
function choices({ shards, copies }: Layout): readonly [plain: number, salted: number] {
  return shards > 1 ? [shards, copies] : [copies, 1]
}
