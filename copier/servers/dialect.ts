import type { Item, Outcome, Removing, Storing } from './item.ts'
import type { Reply } from './replies.ts'

/** How a release is asked: requests as bytes, and what its replies mean. */
export interface Dialect {
  /** How it lists its keys: by `hash`, which misses none, or by `all`, which may miss what is read meanwhile. */
  readonly listing: 'hash' | 'all'
  get(key: Buffer): readonly Buffer[]
  /** Undefined where there is nothing under the key. */
  item(reply: Reply): Item | undefined
  store(storing: Storing): readonly Buffer[]
  stored(reply: Reply): Outcome
  remove(removing: Removing): readonly Buffer[]
  removed(reply: Reply): Outcome
}

export const LINE_END = Buffer.from('\r\n')

/** memcached refuses a value that is too large, or for which it has no memory: the next try ends the same way. */
export function refusalIn({ line }: Reply): Outcome | undefined {
  return line.startsWith('SERVER_ERROR') ? { kind: 'refused', because: line.slice(0, 80) } : undefined
}
