import { bitsOf, walk } from '../../routing/hash/ch3.ts'

/** A pool that changes its number of servers: the first are the same before and after. */
export interface Move {
  /** Servers before, and after. */
  readonly from: number
  readonly to: number
  /** What mcrouter puts behind a key before it hashes it; empty by default. */
  readonly salt: string
}

/** Where a key is before and after. */
export type Places = readonly [old: number, new: number]

/** What follows it in a key does not count (routing/hash/routing-key.ts). */
const HASH_STOP = '|#|'

/** @param key as it is stored */
export function placesOf(key: Buffer, { from, to, salt }: Move): Places {
  const bit = bitsOf(hashed(key, salt))
  return [walk(bit, from).index, walk(bit, to).index]
}

function hashed(key: Buffer, salt: string): Buffer {
  const stop = key.indexOf(HASH_STOP)
  const counted = stop === -1 ? key : key.subarray(0, stop)
  return salt === '' ? counted : Buffer.concat([counted, Buffer.from(salt)])
}

/** Indexes of the servers that keys leave: each when there are more, those that go when there are fewer. */
export function sourcesOf({ from, to }: Move): number[] {
  return from < to ? range(0, from) : range(to, from)
}

/** Indexes of the servers that keys move to. */
export function destinationsOf({ from, to }: Move): number[] {
  return from < to ? range(from, to) : range(0, to)
}

/** Indexes of the servers that are there before and after. */
export function stayingOf({ from, to }: Move): number[] {
  return range(0, Math.min(from, to))
}

function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index)
}
