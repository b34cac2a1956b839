import { Answer, type AnswerLimits } from '../routers/answer.ts'
import type { Address, Caller } from '../routers/router-client.ts'

/** What came of asking a pod something. */
export type Reply =
  /** It speaks: an answer, or a line that says why there is none. */
  | { readonly kind: 'answered'; readonly text: string }
  /** The kernel took the connection, the process said nothing: it hangs, or takes no more connections. */
  | { readonly kind: 'silent' }
  /** There was no connection, or it broke: of the process nothing is known. */
  | { readonly kind: 'unreachable'; readonly because: string }

/** Asks one thing over a new connection. Never rejects. */
export function ask(
  { dial, clock, timeoutMs }: Caller,
  { host, port }: Address,
  request: string,
  limits: AnswerLimits,
): Promise<Reply> {
  const socket = dial(host, port)
  const answer = new Answer(limits)
  let connected = false
  return new Promise<Reply>((resolve) => {
    const broken = (because: string) => resolve({ kind: 'unreachable', because })
    const cancel = clock.after(timeoutMs, () =>
      connected ? resolve({ kind: 'silent' }) : broken(`no connection within ${timeoutMs} ms`),
    )
    socket.setEncoding('latin1')
    socket.once('connect', () => {
      connected = true
    })
    socket.once('error', ({ message }) => broken(message))
    socket.once('close', () => {
      cancel()
      // memcached says why it takes no more connections and closes.
      if (answer.text === '') broken('it closes the connection')
      else resolve({ kind: 'answered', text: answer.text })
    })
    socket.on('data', (piece: string) => {
      try {
        if (answer.take(piece)) resolve({ kind: 'answered', text: answer.text })
      } catch (error) {
        broken(error instanceof Error ? error.message : String(error))
      }
    })
    socket.write(request)
  }).finally(() => socket.destroy())
}
