/**
 * Index of the server that holds a key, in a pool of `servers`: mcrouter's default hash, Ch3.
 *
 * With a server more at the end, one key in `servers` + 1 moves, and always to the new server.
 *
 * @param key as a client sends it, without a routing prefix
 * @param servers 1..2^23
 */
export function ch3(key: string, servers: number): number {
  return furcHash(Buffer.from(routingKey(key)), servers)
}

/** The part of a key that decides where it goes: up to the first hash stop. */
export function routingKey(key: string): string {
  const stop = key.indexOf('|#|')
  return stop === -1 ? key : key.slice(0, stop)
}

/**
 * furc_hash of mcrouter/lib/fbi/hash.c: bits drawn from the key decide a walk down a binary tree of indexes;
 * an index out of range is drawn again.
 */
export function furcHash(key: Uint8Array, servers: number): number {
  if (servers <= 1) return 0
  const bit = bitsOf(key)
  let depth = 32 - Math.clz32(servers - 1)
  let at = depth
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    while (bit(at) === 0) {
      depth -= 1
      if (depth === 0) return 0
      at = depth
    }
    let index = 1
    for (let level = 1; level < depth; level++) {
      at += STRIDE
      index = index * 2 + bit(at)
    }
    at += STRIDE
    if (index < servers) return index
  }
  return 0
}

const ATTEMPTS = 32
const STRIDE = 23

/** An endless stream of bits: the key's hash, the hash of that hash, and so on, least significant bit first. */
function bitsOf(key: Uint8Array): (position: number) => number {
  const words = [murmur64(key)]
  return (position) => {
    const index = position >> 6
    for (let next = words.length; next <= index; next++) words.push(murmur64(bytesOf(words[next - 1] ?? 0n)))
    return Number(((words[index] ?? 0n) >> BigInt(position & 63)) & 1n)
  }
}

function bytesOf(word: bigint): Uint8Array {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE(word)
  return bytes
}

const SEED = 4193360111n
const MULTIPLIER = 0xc6a4a7935bd1e995n
const SHIFT = 47n

/** MurmurHash64A by Austin Appleby, with the seed that furc_hash uses. */
function murmur64(data: Uint8Array): bigint {
  const whole = data.length - (data.length % 8)
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength)
  let hash = SEED ^ uint64(BigInt(data.length) * MULTIPLIER)
  for (let at = 0; at < whole; at += 8) {
    const word = uint64(view.getBigUint64(at, true) * MULTIPLIER)
    hash = uint64((hash ^ uint64(shiftXor(word) * MULTIPLIER)) * MULTIPLIER)
  }
  if (whole < data.length) {
    const tail = Buffer.alloc(8)
    tail.set(data.subarray(whole))
    hash = uint64((hash ^ tail.readBigUInt64LE()) * MULTIPLIER)
  }
  return shiftXor(uint64(shiftXor(hash) * MULTIPLIER))
}

function shiftXor(word: bigint): bigint {
  return word ^ (word >> SHIFT)
}

function uint64(value: bigint): bigint {
  return BigInt.asUintN(64, value)
}
