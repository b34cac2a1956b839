import { ITEM_SIZE } from './patterns.ts'
import { bytesIn } from './size-words.ts'

const SHAPE = new RegExp(ITEM_SIZE)
const KIB = 1024
const MIB = 1024 * KIB

/** memcached stitches large items together from chunks of this size (slab_chunk_max, half of a slab page). */
const CHUNK = 512 * KIB
const LARGEST = 1024 * MIB

/**
 * Bytes of a memcached -I value, or undefined when memcached would read something else than what is meant:
 * it takes atoi() of anything and ignores what follows (1.5m is 1m, 1g is one byte).
 */
export function itemBytes(size: string): number | undefined {
  if (!SHAPE.test(size)) return undefined
  const unit = size.at(-1)?.toLowerCase()
  const factor = unit === 'm' ? MIB : unit === 'k' ? KIB : 1
  return Number.parseInt(size, 10) * factor
}

/** Why memcached would not start with this -I, whatever its -m (measured: docs/adr/0001-memcached-memory.md). */
export function itemSizeComplaint(size: string): string | undefined {
  const bytes = itemBytes(size)
  if (bytes === undefined) return `it is not a whole number with k or m${meant(size)}`
  if (bytes < CHUNK) return 'it is less than 512k'
  if (bytes > LARGEST) return 'it is more than 1024m'
  if (bytes % CHUNK !== 0) return 'it is not a multiple of 512k'
  return undefined
}

function meant(size: string): string {
  const bytes = bytesIn(size) ?? 0
  if (bytes < CHUNK || bytes > LARGEST || bytes % CHUNK !== 0) return ''
  return `; did you mean ${inChunks(bytes / CHUNK)}?`
}

/** What the Ansible operator set, or as much of it as memcached starts with. */
export function defaultItemSize(memoryMb: number): string {
  return memoryMb < 64 ? largestItem(memoryMb) : '32m'
}

/**
 * Bytes of an -I that a full cache keeps to. Of larger values it needs a third chunk of 512k beside the page that each size
 * of chunk has of its own, and no page is left (measured: docs/adr/0001-memcached-memory.md).
 */
export const ALWAYS_STORED = MIB

/** The largest -I that memcached starts with at this -m: half of it. */
export function largestItem(memoryMb: number): string {
  const chunks = Math.min(Math.floor((memoryMb * MIB) / 2 / CHUNK), LARGEST / CHUNK)
  return inChunks(chunks)
}

function inChunks(chunks: number): string {
  return chunks % 2 === 0 ? `${chunks / 2}m` : `${chunks * 512}k`
}
