// How much memory memcached needs, in MiB; measured by bench/memcached-memory.ts, see docs/adr/0003-memcached-memory.md.

/** A process with its threads and empty hash table. */
export const PROCESS = 8
/** KiB of a connection that is in the middle of a value. */
export const BUSY_CONNECTION = 8

/** What the container needs at the very least to fill its cache: below, memcached is killed before it evicts anything. */
export function leastMemory(memoryMb: number, connections: number): number {
  const bookkeeping = Math.ceil(memoryMb / 64)
  return memoryMb + bookkeeping + PROCESS + Math.ceil((connections * BUSY_CONNECTION) / 1024)
}

/**
 * What it needs with the smallest values, every connection in use and some room to spare. The hash table has 8 bytes for
 * each item, as many again while it grows, and items are of 96 bytes or more: together up to a tenth of the cache.
 */
export function ampleMemory(memoryMb: number, connections: number): number {
  const hashTable = Math.ceil(memoryMb / 8)
  return memoryMb + hashTable + 2 * PROCESS + Math.ceil((connections * 2 * BUSY_CONNECTION) / 1024)
}
