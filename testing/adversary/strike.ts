import type { Random } from '../random.ts'
import type { Intruder } from './intruder.ts'

export interface Reach {
  readonly random: Random
  readonly intruder: Intruder
  /** Posts a body to the webhook server, past the API server. */
  readonly post: (path: string, body: string) => Promise<void>
}

/** One hostile act; resolves when it is done, whatever came of it. */
export type Strike = (reach: Reach) => Promise<void>

/** The adversary's own Mcrouters: few, so that one act meets what another has left. */
const NAMES = 12

export function anyName(random: Random): string {
  return `e${random.integer(1, NAMES)}`
}
