import { Connection, type Target } from './connection.ts'
import type { Kind } from './reply.ts'

/** How many replies of each kind, and `wrong` for a hit with another value than the one stored. */
export type Counts = Partial<Record<Kind | 'wrong', number>>

export interface KeySet {
  readonly target: Target
  readonly prefix: string
  readonly count: number
}

const CONNECTIONS = 8

export const keyOf = (prefix: string, index: number) => `${prefix}:${index}`
/** Tells which key it was stored under, so that an answer for another key is recognised. */
export const valueUnder = (key: string) => `the value of ${key}`

export function count(counts: Counts, kind: Kind | 'wrong'): void {
  counts[kind] = (counts[kind] ?? 0) + 1
}

/** Stores every key of the set once. */
export function fill(keys: KeySet): Promise<Counts> {
  return each(keys, async (connection, key, counts) => {
    count(counts, (await connection.set(key, valueUnder(key))).kind)
  })
}

export interface Audit {
  readonly counts: Counts
  /** The keys that were not there. */
  readonly missed: readonly string[]
}

/** Reads every key of the set once. */
export async function audit(keys: KeySet): Promise<Audit> {
  const missed: string[] = []
  const counts = await each(keys, async (connection, key, counts) => {
    const reply = await connection.get(key)
    if (reply.kind === 'miss') missed.push(key)
    count(counts, reply.kind === 'hit' && reply.text !== valueUnder(key) ? 'wrong' : reply.kind)
  })
  return { counts, missed }
}

async function each(
  keys: KeySet,
  action: (connection: Connection, key: string, counts: Counts) => Promise<void>,
): Promise<Counts> {
  const counts: Counts = {}
  let next = 0
  const work = async () => {
    const connection = new Connection(keys.target)
    while (next < keys.count) await action(connection, keyOf(keys.prefix, next++), counts)
    connection.close()
  }
  await Promise.all(Array.from({ length: CONNECTIONS }, work))
  return counts
}
