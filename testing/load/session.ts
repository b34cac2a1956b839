import type { Random } from '../random.ts'
import type { Connection } from './connection.ts'
import type { Keys } from './keys.ts'
import type { Tally } from './tally.ts'

/** What one client of a load has, most of it in common with the others. */
export interface Session {
  /** Of this client, from 0. */
  readonly number: number
  /** Its connections, one to each router. */
  readonly routers: readonly Connection[]
  readonly keys: Keys
  readonly random: Random
  readonly tally: Tally
  /** In ms. */
  readonly now: () => number
}

/** Any of them: each request takes another way. */
export function anyRouter({ random, routers }: Session): Connection {
  return random.pick(routers)
}
