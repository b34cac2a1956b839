import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import type { EpochMs } from '../../process/clock.ts'
import type { Address, Caller } from '../routers/router-client.ts'

/** A certificate that a pod was found to serve. */
export interface Served {
  /** Milliseconds since the epoch. */
  readonly notAfter: EpochMs
  /** By when it is to have been renewed. */
  readonly dueAt: EpochMs
  /** That is past. */
  readonly endsSoon: boolean
  /** A renewed one may be there. */
  readonly mayBeRenewed: boolean
}

/** So long before its end a certificate is to have been renewed, or in the last sixth of its life if that is shorter. */
const RENEWED_MS = 9 * 86_400_000

/** Of one with that life. cert-manager renews when a third of it is left; nobody does in its first half. */
export function servedFrom(notBefore: EpochMs, notAfter: EpochMs, now: EpochMs): Served {
  const life = notAfter - notBefore
  const dueAt = notAfter - Math.min(RENEWED_MS, life / 6)
  return {
    notAfter,
    dueAt,
    endsSoon: now > dueAt,
    mayBeRenewed: now - notBefore >= life / 2,
  }
}

/** What was shown on a connection; undefined without TLS, and before the handshake. */
export function servedOn(socket: Socket, now: EpochMs): Served | undefined {
  const certificate = socket instanceof TLSSocket ? socket.getPeerX509Certificate() : undefined
  if (certificate === undefined) return undefined
  return servedFrom(certificate.validFromDate.getTime(), certificate.validToDate.getTime(), now)
}

/** What is shown on a port of its own; `none` where the connection is closed instead, undefined where nothing can be said. Never rejects. */
export async function servedAt(
  caller: Caller,
  { host, port }: Address,
): Promise<Served | 'none' | undefined> {
  const { clock, dial, timeoutMs } = caller
  const socket = dial(host, port, true)
  let cancel = () => {}
  const served = await new Promise<Served | 'none' | undefined>((resolve) => {
    cancel = clock.after(timeoutMs, () => resolve(undefined))
    socket.once('secureConnect', () => resolve(servedOn(socket, clock.now())))
    // An alert comes from somebody who speaks TLS, and misses a certificate that the operator does not have.
    socket.on('error', (error: NodeJS.ErrnoException) => resolve(isHungUp(error) ? 'none' : undefined))
  })
  cancel()
  socket.destroy()
  return served
}

function isHungUp({ code }: NodeJS.ErrnoException): boolean {
  return code === 'ECONNRESET' || code === 'EPIPE'
}
