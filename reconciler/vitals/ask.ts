import type { Socket } from 'node:net'
import { Answer, type AnswerLimits } from '../routers/answer.ts'
import type { Address, Caller } from '../routers/router-client.ts'
import { type Served, servedOn } from './certificate.ts'

/** What came of asking a pod something. */
export type Reply =
  /** It speaks: an answer, or a line that says why there is none. */
  | ({ readonly kind: 'answered'; readonly text: string } & Shown)
  /** It answers on a connection that it accepted before, and accepts no more. */
  | { readonly kind: 'full'; readonly text: string }
  /** The kernel accepted the connection, the process said nothing: it hangs, or accepts no more connections. */
  | { readonly kind: 'silent' }
  /** It says nothing either on a connection that it accepted before. */
  | { readonly kind: 'hung' }
  /** There was no connection, or it broke: of the process nothing is known, but for what a handshake may have shown. */
  | ({ readonly kind: 'unreachable'; readonly because: string } & Shown)

/** What was seen of the certificate of a pod. */
export interface Shown {
  /** Over TLS, or on a port of its own. */
  readonly served?: Served
  /** Why it cannot be used; undefined when it can, or there is none. */
  readonly unusable?: string
}

/** Asks one thing over a new connection. Never rejects. */
export async function ask(
  caller: Caller,
  { host, port, tls = false }: Address,
  request: string,
  limits: AnswerLimits,
): Promise<Reply> {
  const socket = caller.dial(host, port, tls)
  const reply = await askOnce(socket, caller, [request], limits)
  socket.destroy()
  return reply
}

/** Asks over a connection that is being opened, and leaves it open: destroy it if the answer did not come. Never rejects. */
export async function askOnce(
  socket: Socket,
  { clock, timeoutMs }: Omit<Caller, 'dial'>,
  requests: readonly string[],
  limits: AnswerLimits,
): Promise<Reply> {
  // The first outcome is the reply. Afterwards, a connection that is left open may still break.
  socket.on('error', () => {})
  let cancel = () => {}
  const late = new Promise<Reply>((resolve) => {
    cancel = clock.after(timeoutMs, () =>
      resolve(
        socket.connecting
          ? { kind: 'unreachable', because: `no connection within ${timeoutMs} ms` }
          : { kind: 'silent' },
      ),
    )
  })
  const reply = await Promise.race([converse(socket, requests, limits), late])
  cancel()
  const served = servedOn(socket, clock.now())
  return reply.kind === 'answered' && served !== undefined ? { ...reply, served } : reply
}

/**
 * Asks one thing after the other over a connection that is open or about to be, and leaves it open. Answers with all that was
 * said, however late, and not before the connection has ended otherwise. Never rejects; errors of the socket are the
 * caller's to listen to.
 */
export function converse(socket: Socket, requests: readonly string[], limits: AnswerLimits): Promise<Reply> {
  const listening = new AbortController()
  let heard = ''
  let answer = new Answer(limits)
  let next = 0
  return new Promise<Reply>((resolve) => {
    const broken = (because: string) => resolve({ kind: 'unreachable', because })
    const request = () => {
      const text = requests[next]
      next += 1
      if (text === undefined) resolve({ kind: 'answered', text: heard })
      else socket.write(text)
    }
    const onError = ({ message }: Error) => broken(message)
    const onClose = () => {
      heard += answer.text
      // memcached says why it takes no more connections and closes.
      if (heard === '') broken('it closes the connection')
      else resolve({ kind: 'answered', text: heard })
    }
    const onData = (piece: string) => {
      try {
        if (!answer.take(piece)) return
      } catch (error) {
        return broken(error instanceof Error ? error.message : String(error))
      }
      heard += answer.text
      answer = new Answer(limits)
      request()
    }
    // Of a socket that is closed already nothing more is heard.
    if (socket.destroyed) return broken('the connection is closed')
    listening.signal.addEventListener('abort', () => {
      socket.off('error', onError).off('close', onClose).off('data', onData)
    })
    socket.setEncoding('latin1').on('error', onError).on('close', onClose).on('data', onData)
    request()
  }).finally(() => listening.abort())
}
