// SpookyHash V2 by Bob Jenkins (public domain): https://burtleburtle.net/bob/hash/spooky.html

/** In words of the state that have no seed, and in place of a rest of no bytes. */
const FILLER = 0xdeadbeefdeadbeefn
/** Bytes from which a state of twelve words is used, and not of four. */
const LONG = 192
const WORDS = 12
const BLOCK = WORDS * 8

/** The lower 32 bits of the hash, which mcrouter compares with weights and fractions. */
export function spooky32(data: Uint8Array, seed: number): number {
  const hash = data.length < LONG ? shortHash(data, BigInt(seed)) : longHash(data, BigInt(seed))
  return Number(BigInt.asUintN(32, hash))
}

/** By how many bits the words are rotated, one after the other. */
const SHORT_MIX = [50, 52, 30, 41, 54, 48, 38, 37, 62, 34, 5, 36]
const SHORT_END = [15, 52, 26, 51, 28, 9, 47, 54, 32, 25, 63]
const LONG_MIX = [11, 32, 43, 31, 17, 28, 39, 57, 55, 54, 22, 46]
const LONG_END = [44, 15, 34, 21, 38, 33, 10, 13, 38, 53, 42, 54]

function shortHash(data: Uint8Array, seed: bigint): bigint {
  const state = new BigUint64Array([seed, seed, FILLER, FILLER])
  const [words, pairs, rest] = [wordsOf(data), Math.floor(data.length / 16), data.length % 16]
  for (let pair = 0; pair < pairs; pair += 1) {
    // Of two pairs the second goes into the other half of the state.
    const half = pair % 2 === 0 ? 2 : 0
    add(state, half, word(words, 2 * pair))
    add(state, half + 1, word(words, 2 * pair + 1))
    if (half === 2) shortMix(state)
  }
  add(state, 3, BigInt(data.length) << 56n)
  add(state, 2, rest === 0 ? FILLER : word(words, 2 * pairs))
  add(state, 3, rest === 0 ? FILLER : word(words, 2 * pairs + 1))
  SHORT_END.forEach((bits, step) => {
    const [one, other] = [(step + 3) % 4, (step + 2) % 4]
    mix(state, one, word(state, other))
    rotate(state, other, bits)
    add(state, one, word(state, other))
  })
  return word(state, 0)
}

function shortMix(state: BigUint64Array): void {
  SHORT_MIX.forEach((bits, step) => {
    const one = (step + 2) % 4
    rotate(state, one, bits)
    add(state, one, word(state, (one + 1) % 4))
    mix(state, (one + 2) % 4, word(state, one))
  })
}

function longHash(data: Uint8Array, seed: bigint): bigint {
  const state = new BigUint64Array(
    Array.from({ length: WORDS }, (_, index) => (index % 3 === 2 ? FILLER : seed)),
  )
  const whole = Math.floor(data.length / BLOCK)
  for (let block = 0; block < whole; block += 1) {
    longMix(state, wordsOf(data.subarray(block * BLOCK, (block + 1) * BLOCK)))
  }
  const last = Buffer.alloc(BLOCK)
  last.set(data.subarray(whole * BLOCK))
  last[BLOCK - 1] = data.length % BLOCK
  wordsOf(last).forEach((value, index) => {
    if (index < WORDS) add(state, index, value)
  })
  for (let round = 0; round < 3; round += 1) longEnd(state)
  return word(state, 0)
}

function longMix(state: BigUint64Array, words: BigUint64Array): void {
  LONG_MIX.forEach((bits, one) => {
    const before = (one + 11) % WORDS
    add(state, one, word(words, one))
    mix(state, (one + 2) % WORDS, word(state, (one + 10) % WORDS))
    mix(state, before, word(state, one))
    rotate(state, one, bits)
    add(state, before, word(state, (one + 1) % WORDS))
  })
}

function longEnd(state: BigUint64Array): void {
  LONG_END.forEach((bits, step) => {
    const [before, next] = [(step + 11) % WORDS, (step + 1) % WORDS]
    add(state, before, word(state, next))
    mix(state, (step + 2) % WORDS, word(state, before))
    rotate(state, next, bits)
  })
}

/** Little-endian words, with zeroes behind the data and at least one word more than it fills. */
function wordsOf(data: Uint8Array): BigUint64Array {
  const padded = Buffer.alloc((Math.floor(data.length / 8) + 2) * 8)
  padded.set(data)
  return BigUint64Array.from({ length: padded.length / 8 }, (_, index) => padded.readBigUInt64LE(index * 8))
}

function word(words: BigUint64Array, index: number): bigint {
  return words[index] ?? 0n
}

/** What is stored is cut to 64 bits. */
function add(state: BigUint64Array, index: number, value: bigint): void {
  state[index] = word(state, index) + value
}

function mix(state: BigUint64Array, index: number, value: bigint): void {
  state[index] = word(state, index) ^ value
}

function rotate(state: BigUint64Array, index: number, bits: number): void {
  const value = word(state, index)
  state[index] = (value << BigInt(bits)) | (value >> BigInt(64 - bits))
}
