import type { Clock } from '../../process/clock.ts'
import type { Pod } from '../observe/pod.ts'
import type { AnswerLimits } from '../routers/answer.ts'
import type { Dial } from '../routers/dial.ts'
import type { Address, Caller } from '../routers/router-client.ts'
import { ask, type Shown } from './ask.ts'
import { RouterAsker } from './ask-router.ts'
import { servedAt } from './certificate.ts'
import { CertificateRefresh } from './refresh.ts'
import type { Ask } from './vitals.ts'

/** A process that runs answers within a millisecond or two. */
const TIMEOUT_MS = 1_000

/** As mcrouter does when it cannot read its files (mcrouter/lib/network/AsyncMcServer.cpp). */
const CLOSED = 'it closes connections to its port for TLS; its log says what of the Secret it cannot read'

/** memcached's has about 2 KB. */
const STATISTICS: AnswerLimits = { bytes: 16 * 1024, pieces: 256 }

/** Asks routers and servers how they are, and which certificates they serve, over the network. */
export function askOver(dial: Dial, clock: Clock): Ask {
  const caller: Caller = { dial, clock, timeoutMs: TIMEOUT_MS }
  const routers = new RouterAsker(caller)
  const secure = new CertificateRefresh(caller, STATISTICS)
  const asking: Ask = async (pod) => {
    const { component, ip: host, port, tls, tlsPort } = pod
    if (component === 'memcached')
      return tls ? secure.ask(pod) : ask(caller, { host, port }, 'stats\r\n', STATISTICS)
    const reply = await routers.ask({ host, port, tls })
    if (tls) return reply.kind === 'unreachable' ? { ...reply, ...(await shownAt({ host, port })) } : reply
    if (tlsPort === 0 || reply.kind !== 'answered') return reply
    return { ...reply, ...(await shownAt({ host, port: tlsPort })) }
  }
  async function shownAt(address: Address): Promise<Shown> {
    const first = await servedAt(caller, address)
    // One connection is reset for many reasons, and a router that is said to have no certificate is not Ready.
    const served = first === 'none' ? await servedAt(caller, address) : first
    if (served === 'none') return { unusable: CLOSED }
    return served === undefined ? {} : { served }
  }
  return Object.assign(asking, {
    release(pod: Pod) {
      const { component, ip: host, port } = pod
      if (component === 'mcrouter') routers.release({ host, port })
      else secure.release(pod)
    },
  })
}
