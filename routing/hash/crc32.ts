import { crc32 as checksum } from 'node:zlib'

/** The checksum without its highest bit, which mcrouter drops; the server is its remainder (mcrouter/lib/fbi/hash.c). */
export function crc32(key: Uint8Array): number {
  return checksum(key) & 0x7fffffff
}
