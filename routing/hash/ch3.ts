import { type Halves, halvesOf, murmurHalves } from './murmur.ts'

/** As mcrouter seeds MurmurHash64A, here and for the tags of Rendezvous (mcrouter/lib/fbi/hash.c). */
export const SEED = 4193360111n
const SEED_HALVES = halvesOf(SEED)

/** Draws of a key, until one is the index of a server. */
const DRAWS = 32
/** Bits of the key's stream between two that one draw reads, so that no two draws share one. */
const STRIDE = 23

/** The largest pool that Ch3 can spread keys over. */
export const MOST_SERVERS = 2 ** STRIDE

/** How Ch3 comes to a server. */
export interface Walk {
  readonly index: number
  /** Indexes of no server, which were drawn before it. */
  readonly passed: readonly number[]
}

/**
 * Index of the server that holds a key, in a pool of `servers`: mcrouter's default hash.
 * @param key up to the hash stop, with the salt behind it
 * @param servers 1..{@link MOST_SERVERS}
 */
export function ch3(key: Uint8Array, servers: number): number {
  return walk(bitsOf(key), servers).index
}

/**
 * furc_hash of mcrouter/lib/fbi/hash.c: bits that are drawn from the key decide a walk down a binary tree of indexes; an index
 * of no server is drawn again.
 *
 * With servers more at the end the walk is the same up to the first draw of one of those. So keys move to the new servers only,
 * the same share of each server's to each of them (schemas/moved-share.ts).
 *
 * @param bit at a position of the key's stream: 0 or 1
 */
export function walk(bit: (position: number) => number, servers: number): Walk {
  if (servers <= 1) return { index: 0, passed: [] }
  const passed: number[] = []
  let depth = 32 - Math.clz32(servers - 1)
  let at = depth
  while (passed.length < DRAWS) {
    while (bit(at) === 0) {
      depth -= 1
      if (depth === 0) return { index: 0, passed }
      at = depth
    }
    let index = 1
    for (let level = 1; level < depth; level++) {
      at += STRIDE
      index = index * 2 + bit(at)
    }
    at += STRIDE
    if (index < servers) return { index, passed }
    passed.push(index)
  }
  return { index: 0, passed }
}

/** An endless stream of bits: the key's hash, the hash of that hash, and so on, least significant bit first. */
export function bitsOf(key: Uint8Array): (position: number) => number {
  let word = murmurHalves(key, SEED_HALVES)
  const halves = [...word]
  return (position) => {
    const index = position >> 5
    while (index >= halves.length) {
      word = murmurHalves(bytesOf(word), SEED_HALVES)
      halves.push(...word)
    }
    return ((halves[index] ?? 0) >>> (position & 31)) & 1
  }
}

function bytesOf([low, high]: Halves): Uint8Array {
  return Uint8Array.of(low, low >>> 8, low >>> 16, low >>> 24, high, high >>> 8, high >>> 16, high >>> 24)
}
