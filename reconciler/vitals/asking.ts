import type { Clock } from '../../process/clock.ts'
import type { Pod } from '../observe/pod.ts'
import type { AnswerLimits } from '../routers/answer.ts'
import type { Caller, Dial } from '../routers/router-client.ts'
import { ask } from './ask.ts'
import { RouterAsker } from './ask-router.ts'
import type { Ask } from './vitals.ts'

/** A process that runs answers within a millisecond or two. */
const TIMEOUT_MS = 1_000

/** memcached's has about 2 KB. */
const STATISTICS: AnswerLimits = { bytes: 16 * 1024, pieces: 256 }

/** Asks routers and servers how they are, over the network. */
export function askOver(dial: Dial, clock: Clock): Ask {
  const caller: Caller = { dial, clock, timeoutMs: TIMEOUT_MS }
  const routers = new RouterAsker(caller)
  const asking: Ask = ({ component, ip: host, port }) =>
    component === 'mcrouter'
      ? routers.ask({ host, port })
      : ask(caller, { host, port }, 'stats\r\n', STATISTICS)
  return Object.assign(asking, {
    release({ component, ip: host, port }: Pod) {
      if (component === 'mcrouter') routers.release({ host, port })
    },
  })
}
