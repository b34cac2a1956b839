import { ch3 } from './ch3.ts'
import { spooky32 } from './spooky.ts'

/** Of keys that are made from one, until a server takes one (mcrouter/lib/WeightedCh3HashFunc.cpp). */
const TRIES = 32
const SEED = 0xface2014
const MOST = 2 ** 32 - 1
/** What mcrouter takes for a weight that is missing, with no more than an ERROR line. */
const MISSING = 0.5

/** One try: the key that Ch3 hashed, the server it chose, and whether that took it. */
export interface Try {
  readonly key: Buffer
  readonly index: number
  readonly taken: boolean
}

/**
 * Ch3 over servers with weights from 0 to 1: a server takes the share of its keys that its weight says. What it does not take is
 * hashed again with a number behind it.
 * @returns all tries; the last of them is where the key goes, whether it was taken or not
 */
export function weightedCh3(key: Uint8Array, servers: number, weights: readonly number[]): Try[] {
  const tries: Try[] = []
  let salted = Buffer.from(key)
  while (tries.length < TRIES) {
    const index = ch3(salted, servers)
    const taken = spooky32(salted, SEED) < Math.floor((weights[index] ?? MISSING) * MOST)
    tries.push({ key: salted, index, taken })
    if (taken) break
    salted = Buffer.concat([key, backwards(tries.length - 1)])
  }
  return tries
}

/** Its decimal digits, the last one first. */
function backwards(number: number): Buffer {
  return Buffer.from([...`${number}`].toReversed().join(''))
}
