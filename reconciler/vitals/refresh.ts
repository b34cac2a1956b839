import type { MonotonicMs } from '../../process/clock.ts'
import type { Pod } from '../observe/pod.ts'
import type { AnswerLimits } from '../routers/answer.ts'
import type { Caller } from '../routers/router-client.ts'
import { askOnce, type Reply } from './ask.ts'
import type { Served } from './certificate.ts'
import { KeptConnection } from './kept-connection.ts'

/** It reads two files: a certificate that was renewed is served that much later at most. */
const EVERY_MS = 600_000

const STATS = 'stats\r\n'
/** memcached answers the first with OK, or with a line that says what is wrong (memcached tls.c, refresh_certs). */
const REFRESH = `refresh_certs\r\n${STATS}`

/**
 * handshake_failure (RFC 8446, 6): the server has no certificate with a key. So memcached is after it was told to read a pair that does
 * not belong together, which an operator that was restarted since has not heard from it.
 */
const REFUSED = /SSL alert number 40\b/
const REFUSES =
  'it refuses every handshake, as when tls.key is not the key of tls.crt; correct the Secret and delete the pod'

/** What is known of a server. */
interface Known {
  /** When it was last told to read its certificate anew. */
  readonly askedAt: MonotonicMs
  readonly mayBeRenewed: boolean
  /** The connection on which it said that it cannot. */
  readonly complaint: KeptConnection | undefined
}

const NOTHING: Known = {
  askedAt: Number.NEGATIVE_INFINITY,
  mayBeRenewed: false,
  complaint: undefined,
}

/**
 * Asks servers that speak TLS how they are, and in the second half of the life of a certificate tells them to read it anew. Of a pair
 * that does not belong together memcached takes one half: then no new connection succeeds, and that the files are well again
 * can be told it only on one from before. So it is one server of a pool at a time, the next once a handshake with that one
 * has succeeded, and the connection is kept where it complains.
 */
export class CertificateRefresh {
  readonly #caller: Caller
  readonly #limits: AnswerLimits
  /** By uid. */
  readonly #known = new Map<string, Known>()
  /** By pool, the uid of the server whose turn it is. */
  readonly #turns = new Map<string, string>()

  constructor(caller: Caller, limits: AnswerLimits) {
    this.#caller = caller
    this.#limits = limits
  }

  /** Never rejects. */
  async ask(pod: Pod): Promise<Reply> {
    const known = this.#of(pod)
    if (known.complaint !== undefined) return this.#insist(pod, known.complaint)
    const isDue = this.#isDue(pod, known)
    if (isDue) this.#turns.set(poolOf(pod), uidOf(pod))
    const socket = this.#caller.dial(pod.ip, pod.port, true)
    const reply = await askOnce(socket, this.#caller, [isDue ? REFRESH : STATS], this.#limits)
    const askedAt = isDue ? this.#caller.clock.monotonic() : known.askedAt
    const refusal = isDue ? refusalIn(reply) : undefined
    const complaint =
      refusal === undefined || socket.destroyed
        ? undefined
        : new KeptConnection(socket, this.#caller, [REFRESH], this.#limits)
    if (complaint === undefined) socket.destroy()
    const mayBeRenewed = reply.kind === 'answered' && isRenewed(pod, reply.served)
    this.#known.set(uidOf(pod), { askedAt, mayBeRenewed, complaint })
    // A handshake since it was told has succeeded.
    if (!isDue && reply.kind === 'answered') this.#endTurn(pod)
    if (reply.kind === 'unreachable' && REFUSED.test(reply.because)) {
      if (!this.#turns.has(poolOf(pod))) this.#turns.set(poolOf(pod), uidOf(pod))
      return { ...reply, unusable: REFUSES }
    }
    return refusal === undefined || reply.kind !== 'answered' ? reply : { ...reply, unusable: refusal }
  }

  /** Gives back what is kept of a server that is asked no more. */
  release(pod: Pod): void {
    this.#of(pod).complaint?.close()
    this.#known.delete(uidOf(pod))
    this.#endTurn(pod)
  }

  async #insist(pod: Pod, complaint: KeptConnection): Promise<Reply> {
    const reply = await complaint.ask()
    const refusal = refusalIn(reply)
    if (refusal !== undefined && reply.kind === 'answered') return { ...reply, unusable: refusal }
    if (reply.kind === 'silent') return reply
    complaint.close()
    this.#known.set(uidOf(pod), { ...this.#of(pod), complaint: undefined })
    return reply
  }

  #isDue(pod: Pod, { askedAt, mayBeRenewed }: Known): boolean {
    const isLongAgo = this.#caller.clock.monotonic() - askedAt >= EVERY_MS
    return mayBeRenewed && isLongAgo && !this.#turns.has(poolOf(pod))
  }

  #endTurn(pod: Pod): void {
    if (this.#turns.get(poolOf(pod)) === uidOf(pod)) this.#turns.delete(poolOf(pod))
  }

  #of(pod: Pod): Known {
    return this.#known.get(uidOf(pod)) ?? NOTHING
  }
}

/** Whether it may serve another than it has shown. Of those that the operator issues itself, it knows. */
function isRenewed({ issuedUntil }: Pod, served: Served | undefined): boolean {
  if (served === undefined) return false
  return served.mayBeRenewed || (issuedUntil !== undefined && issuedUntil !== served.notAfter)
}

/** What it said in place of OK. */
function refusalIn(reply: Reply): string | undefined {
  if (reply.kind !== 'answered') return undefined
  const [first = ''] = reply.text.split('\r\n', 1)
  return first === 'OK' ? undefined : first.slice(0, 200)
}

function uidOf({ metadata: { uid = '' } }: Pod): string {
  return uid
}

function poolOf({ pool, metadata: { namespace = '', name } }: Pod): string {
  return `${namespace}/${name.replace(/-\d+$/, '')}/${pool}`
}
