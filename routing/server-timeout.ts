import { itemBytes } from '../schemas/formats/item-size.ts'

/** Bytes of values that 1 Gbit/s carries in a millisecond, with some to spare (docs/adr/0021-server-timeout.md). */
const BYTES_PER_MS = 100_000
/** Requests for a largest value that may be under way to one server before somebody's small one takes too long. */
const READERS = 4

/** Half of mcrouter's own second. */
const LEAST_MS = 500
/** Three of these pass until a server that hangs is left out. */
const MOST_MS = 5_000

/**
 * Milliseconds, 500 to 5,000, in which a server has to have answered. A connection's answers come one after the other, so that a small one
 * waits for the large ones before it: what is too short for those takes a server away that works.
 * @param maxItemSize memcached's -I, such as 32m
 */
export function serverTimeout(maxItemSize: string): number {
  const bytes = itemBytes(maxItemSize) ?? 0
  const ms = Math.ceil((READERS * bytes) / BYTES_PER_MS / 100) * 100
  return Math.min(MOST_MS, Math.max(LEAST_MS, ms))
}
