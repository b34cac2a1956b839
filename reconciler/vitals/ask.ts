import type { Socket } from 'node:net'
import { Answer, type AnswerLimits } from '../routers/answer.ts'
import type { Address, Caller } from '../routers/router-client.ts'

/** What came of asking a pod something. */
export type Reply =
  /** It speaks: an answer, or a line that says why there is none. */
  | { readonly kind: 'answered'; readonly text: string }
  /** It answers on a connection that it had taken before, and takes no more of them. */
  | { readonly kind: 'full'; readonly text: string }
  /** The kernel took the connection, the process said nothing: it hangs, or takes no more connections. */
  | { readonly kind: 'silent' }
  /** Nor does it say anything on a connection that it had taken before. */
  | { readonly kind: 'hung' }
  /** There was no connection, or it broke: of the process nothing is known. */
  | { readonly kind: 'unreachable'; readonly because: string }

/** Asks one thing over a new connection. Never rejects. */
export async function ask(
  caller: Caller,
  { host, port }: Address,
  request: string,
  limits: AnswerLimits,
): Promise<Reply> {
  const socket = caller.dial(host, port)
  const reply = await converse(socket, caller, [request], limits)
  socket.destroy()
  return reply
}

/**
 * Asks one thing after the other over a connection that is open or about to be, and leaves it open. Answers with all that was
 * said. Never rejects.
 */
export function converse(
  socket: Socket,
  { clock, timeoutMs }: Omit<Caller, 'dial'>,
  requests: readonly string[],
  limits: AnswerLimits,
): Promise<Reply> {
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
    const cancel = clock.after(timeoutMs, () =>
      socket.connecting ? broken(`no connection within ${timeoutMs} ms`) : resolve({ kind: 'silent' }),
    )
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
    listening.signal.addEventListener('abort', () => {
      cancel()
      socket.off('error', onError).off('close', onClose).off('data', onData)
    })
    // One that is left open may still break.
    socket.on('error', ignore)
    socket.setEncoding('latin1').on('error', onError).on('close', onClose).on('data', onData)
    request()
  }).finally(() => listening.abort())
}

function ignore(): void {}
