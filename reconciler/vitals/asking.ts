import type { Clock } from '../clock.ts'
import type { AnswerLimits } from '../routers/answer.ts'
import type { Caller, Dial } from '../routers/router-client.ts'
import { ask } from './ask.ts'
import type { Ask } from './vitals.ts'

/** It answers within a millisecond or two; this many are a process that does not run. */
const TIMEOUT_MS = 1_000

/** About 60 bytes for each server that a router holds for dead, of a thousand at most. */
const SUSPECTS: AnswerLimits = { bytes: 128 * 1024, pieces: 1024 }
/** memcached's has about 2 KB. */
const STATISTICS: AnswerLimits = { bytes: 16 * 1024, pieces: 256 }

/** Asks routers which servers they hold for dead, and servers for their statistics, over the network. */
export function askOver(dial: Dial, clock: Clock): Ask {
  const caller: Caller = { dial, clock, timeoutMs: TIMEOUT_MS }
  return ({ component, ip, port }) =>
    component === 'mcrouter'
      ? ask(caller, { host: ip, port }, 'stats suspect_servers\r\n', SUSPECTS)
      : ask(caller, { host: ip, port }, 'stats\r\n', STATISTICS)
}
