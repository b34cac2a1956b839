// How much memory memcached needs, in MiB; measured by bench/memcached-memory.ts, see docs/adr/0001-memcached-memory.md.

/**
 * Whatever its -m: 8 for the process, its threads and a small hash table, and 40 for the first page of each size of chunk,
 * which memcached takes although it is full (slabs.c: do_slabs_newslab).
 */
export const FIXED = 48
/** KiB of a connection that is in the middle of a value. */
export const BUSY_CONNECTION = 8
/** KiB more of a connection that speaks TLS: 16.7 were measured with 1.6.18 and OpenSSL 3.0, idle or not. */
export const TLS_CONNECTION = 18

/**
 * MiB that a server needs to fill its cache with values of about 1 kB: with less it is killed before it evicts anything.
 * @param memoryMb its -m, in MiB
 * @param connections its -c
 * @param tls whether they speak TLS
 */
export function leastMemory(memoryMb: number, connections: number, tls = false): number {
  const hashTable = Math.ceil(memoryMb / 64)
  const each = BUSY_CONNECTION + (tls ? TLS_CONNECTION : 0)
  return memoryMb + hashTable + FIXED + Math.ceil((connections * each) / 1024)
}

/**
 * MiB that it needs with the smallest values, twice the memory for connections and 8 MiB to spare. The hash table has 8 bytes
 * for each item, up to 16 just after it has grown and 8 more while it grows; an item takes 96 bytes at least, and the
 * table grows at one and a half items an entry: a sixth of the cache when it is worst.
 */
export function ampleMemory(memoryMb: number, connections: number, tls = false): number {
  const hashTable = Math.ceil(memoryMb / 6)
  const each = 2 * BUSY_CONNECTION + (tls ? TLS_CONNECTION : 0)
  return memoryMb + hashTable + FIXED + 8 + Math.ceil((connections * each) / 1024)
}
