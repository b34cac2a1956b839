import type { Clock } from '../../process/clock.ts'
import { statisticsIn } from '../../process/statistics.ts'
import { Answer, type AnswerLimits } from './answer.ts'
import type { Dial } from './dial.ts'

/** How routers are asked. */
export interface Caller {
  readonly dial: Dial
  readonly clock: Clock
  /** Milliseconds until one that has not answered counts as silent. */
  readonly timeoutMs: number
}

export interface Address {
  readonly host: string
  readonly port: number
  /** Whether TLS is spoken there. */
  readonly tls?: boolean
}

const DIGEST = '__mcrouter__.config_md5_digest'
const VERSION = '__mcrouter__.version'

/** The digest is 80 bytes with all around it; what is a little longer may say in its first words what it is instead. */
const SHORT: AnswerLimits = { bytes: 1024, pieces: 64 }
/** `stats all` has about 8 KB however many servers there are; anything much larger does not come from a router. */
const STATISTICS: AnswerLimits = { bytes: 64 * 1024, pieces: 1024 }

/**
 * md5 in hex of the configuration that a router runs, asked over the memcached protocol (mcrouter ServiceInfo-inl.h:354).
 * Rejects, with a message fit for a person, when it does not answer in time or does not answer like mcrouter.
 */
export async function runningDigest(caller: Caller, router: Address): Promise<string> {
  const text = await converse(caller, router, `get ${DIGEST}\r\n`, SHORT)
  const digest = /^VALUE \S+ \d+ 32\r\n([0-9a-f]{32})\r\nEND\r\n$/.exec(text)?.[1]
  if (digest === undefined)
    throw new Error(`it does not answer like mcrouter: ${JSON.stringify(text.slice(0, 80))}`)
  return digest
}

/** What a router says that it is, such as `2026.08.17.00 mcrouter`; empty when it does not say. Rejects as above. */
export async function runningVersion(caller: Caller, router: Address): Promise<string> {
  const text = await converse(caller, router, `get ${VERSION}\r\n`, SHORT)
  return /^VALUE \S+ \d+ \d+\r\n([ -~]{1,80})\r\nEND\r\n$/.exec(text)?.[1] ?? ''
}

/**
 * Whether a router refused the last configuration that it tried to load and goes on with the one before. Its
 * `config_failures` counts since it started, so the times of the last attempt and the last success decide
 * (mcrouter stat_list.h:369-379, CarbonRouterInstance-inl.h:504-516). Rejects as {@link runningDigest} does.
 */
export async function refusedLast(caller: Caller, router: Address): Promise<boolean> {
  const lines = (await converse(caller, router, 'stats all\r\n', STATISTICS)).split('\r\n')
  const stats = statisticsIn(lines)
  const stat = (name: string) => Number(stats.get(name) ?? 0)
  return stat('config_failures') > 0 && stat('config_last_attempt') > stat('config_last_success')
}

/** The answer to one request: up to its line END, or a line that says that it is refused. */
function converse(
  { dial, clock, timeoutMs }: Caller,
  { host, port, tls = false }: Address,
  request: string,
  limits: AnswerLimits,
): Promise<string> {
  const socket = dial(host, port, tls)
  return new Promise<string>((resolve, reject) => {
    const answer = new Answer(limits)
    const cancel = clock.after(timeoutMs, () => reject(new Error(`no answer within ${timeoutMs} ms`)))
    socket.setEncoding('latin1')
    socket.once('close', () => {
      cancel()
      reject(new Error('it closes the connection'))
    })
    socket.once('error', reject)
    socket.on('data', (piece: string) => {
      try {
        if (answer.take(piece)) resolve(answer.text)
      } catch (error) {
        reject(error)
      }
    })
    socket.write(request)
  }).finally(() => socket.destroy())
}
