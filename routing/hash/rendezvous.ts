import { SEED } from './ch3.ts'
import { murmur64 } from './murmur.ts'

const KEY_SEED = 2718281828n
const MULTIPLIER = 0x9ddfea08eb382d69n
const SHIFT = 47n

/**
 * The server whose tag has the highest score with a key, the first of several. It depends on the tag alone, so that keys stay
 * where they are when another server comes or goes (mcrouter/lib/RendezvousHashFunc.cpp).
 */
export function rendezvous(key: Uint8Array, tags: readonly string[]): number {
  const keyHash = murmur64(key, KEY_SEED)
  const scores = tags.map((tag) => combined(murmur64(Buffer.from(tag), SEED), keyHash))
  return scores.reduce((best, score, index) => (score > (scores[best] ?? 0n) ? index : best), 0)
}

/** Hash128to64 of CityHash. */
function combined(upper: bigint, lower: bigint): bigint {
  const first = shiftXor(uint64((lower ^ upper) * MULTIPLIER))
  return uint64(shiftXor(uint64((upper ^ first) * MULTIPLIER)) * MULTIPLIER)
}

function shiftXor(word: bigint): bigint {
  return word ^ (word >> SHIFT)
}

function uint64(value: bigint): bigint {
  return BigInt.asUintN(64, value)
}
