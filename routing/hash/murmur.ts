// 64-bit numbers as two halves of 32 bits: BigInt takes six times as long, and whoever lists the keys of a server hashes
// millions.

const MULTIPLIER = { low: 0x5bd1e995, high: 0xc6a4a793 }
/** Of the low half of the multiplier. */
const B0 = MULTIPLIER.low & 0xffff
const B1 = MULTIPLIER.low >>> 16

/** A number of 64 bits without a sign, least significant half first. */
export type Halves = readonly [low: number, high: number]

/** MurmurHash64A by Austin Appleby. */
export function murmurHalves(data: Uint8Array, [seedLow, seedHigh]: Halves): Halves {
  const whole = data.length - (data.length % 8)
  let low = seedLow ^ Math.imul(data.length, MULTIPLIER.low)
  let high = seedHigh ^ highOfProduct(data.length, 0)
  for (let at = 0; at < whole; at += 8) {
    const wordLow = halfAt(data, at)
    const wordHigh = highOfProduct(wordLow, halfAt(data, at + 4))
    const mixedHigh = wordHigh
    const mixedLow = Math.imul(wordLow, MULTIPLIER.low) ^ (wordHigh >>> 15)
    high ^= highOfProduct(mixedLow, mixedHigh)
    low ^= Math.imul(mixedLow, MULTIPLIER.low)
    high = highOfProduct(low, high)
    low = Math.imul(low, MULTIPLIER.low)
  }
  if (whole < data.length) {
    low ^= tailAt(data, whole)
    high ^= tailAt(data, whole + 4)
    high = highOfProduct(low, high)
    low = Math.imul(low, MULTIPLIER.low)
  }
  // hash ^ (hash >> 47) touches the low half alone.
  low ^= high >>> 15
  high = highOfProduct(low, high)
  low = Math.imul(low, MULTIPLIER.low)
  return [(low ^ (high >>> 15)) >>> 0, high >>> 0]
}

/** The same as one number. */
export function murmur64(data: Uint8Array, seed: bigint): bigint {
  const [low, high] = murmurHalves(data, halvesOf(seed))
  return (BigInt(high) << 32n) | BigInt(low)
}

export function halvesOf(word: bigint): Halves {
  return [Number(word & 0xffffffffn), Number((word >> 32n) & 0xffffffffn)]
}

/** Of the product with the multiplier; its low half is `Math.imul(low, MULTIPLIER.low)`. */
function highOfProduct(low: number, high: number): number {
  const a0 = low & 0xffff
  const a1 = low >>> 16
  const cross = a0 * B1
  const crossed = a1 * B0
  const middle = ((a0 * B0) >>> 16) + (cross & 0xffff) + (crossed & 0xffff)
  const carried = a1 * B1 + (cross >>> 16) + (crossed >>> 16) + (middle >>> 16)
  return (carried + Math.imul(high, MULTIPLIER.low) + Math.imul(low, MULTIPLIER.high)) | 0
}

/** Little-endian; all four bytes are there. */
function halfAt(data: Uint8Array, at: number): number {
  return byte(data, at) | (byte(data, at + 1) << 8) | (byte(data, at + 2) << 16) | (byte(data, at + 3) << 24)
}

/** The same with zeroes behind the end. */
function tailAt(data: Uint8Array, at: number): number {
  return at < data.length ? halfAt(data, at) : 0
}

function byte(data: Uint8Array, at: number): number {
  return data[at] ?? 0
}
