const MULTIPLIER = 0xc6a4a7935bd1e995n
const SHIFT = 47n

/** MurmurHash64A by Austin Appleby. */
export function murmur64(data: Uint8Array, seed: bigint): bigint {
  const whole = data.length - (data.length % 8)
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength)
  let hash = seed ^ uint64(BigInt(data.length) * MULTIPLIER)
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
