import type { Socket } from 'node:net'
import type { Clock } from '../process/clock.ts'
import { codeOf } from '../process/system-error.ts'
import { AnswerError, type AnswerLimits, Answers } from './answers.ts'
import type { Dialled } from './targets/target.ts'

/** What came of asking a pod. */
export type Reply =
  | { readonly kind: 'answered'; readonly answers: readonly (readonly string[])[] }
  /** It does not answer, or not as it should. */
  | { readonly kind: 'down'; readonly because: string }
  /** It was not asked, for a reason of ours: of the pod nothing is known. */
  | { readonly kind: 'unasked'; readonly because: string }
  /** Nor was it, and never is: it wants a certificate of its clients, which this process does not have. */
  | { readonly kind: 'barred'; readonly because: string }

export interface Asking {
  /** Opens a connection: Node's own in life. */
  readonly dial: (pod: Dialled) => Socket
  readonly clock: Clock
  /** Milliseconds from the first packet to the last byte. */
  readonly timeoutMs: number
}

/** A process that noticed so much later that time was over did not get to read what may have come. */
const LATE_MS = 1_000
const OVERLOADED: Reply = { kind: 'unasked', because: 'this process is overloaded' }

/** The codes of errors when it is this process, or this node, that cannot: no files, ports or memory, no way, no permission. */
const OURS: ReadonlySet<string> = new Set([
  ...['EMFILE', 'ENFILE', 'EADDRNOTAVAIL', 'EADDRINUSE', 'ENOBUFS', 'ENOMEM', 'EAGAIN'],
  ...['ENETUNREACH', 'ENETDOWN', 'EACCES', 'EPERM', 'EAFNOSUPPORT'],
])
/** OpenSSL's name for it, in TLS 1.3. */
const BARRED = 'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED'

/** Writes all requests over a new connection and reads the answers. Never rejects for anything that a pod does. */
export async function ask(
  { dial, clock, timeoutMs }: Asking,
  pod: Dialled,
  requests: readonly string[],
  limits: AnswerLimits,
): Promise<Reply> {
  const socket = dial(pod)
  const done = Promise.withResolvers<Reply>()
  const begun = clock.monotonic()
  const cancel = clock.after(timeoutMs, () => {
    const isLate = clock.monotonic() - begun > timeoutMs + LATE_MS
    const reply: Reply = isLate ? OVERLOADED : { kind: 'down', because: `no answer within ${timeoutMs} ms` }
    // Node fires timers before it reads what has come in the meantime.
    setImmediate(() => done.resolve(reply))
  })
  const answers = new Answers(requests.length, limits)
  socket
    .setEncoding('latin1')
    .setNoDelay(true)
    .on('error', (error) => done.resolve(failed(error)))
    .on('close', () => done.resolve({ kind: 'down', because: 'it closes the connection' }))
    .on('data', (piece: string) => {
      try {
        if (answers.take(piece)) done.resolve({ kind: 'answered', answers: answers.complete })
      } catch (error) {
        if (error instanceof AnswerError) done.resolve({ kind: 'down', because: error.message })
        else done.reject(error)
      }
    })
    .write(requests.map((request) => `${request}\r\n`).join(''))
  try {
    return await done.promise
  } finally {
    cancel()
    socket.destroy()
  }
}

function failed(error: Error): Reply {
  const code = codeOf(error)
  if (code === BARRED) return { kind: 'barred', because: error.message }
  return { kind: OURS.has(code) ? 'unasked' : 'down', because: error.message }
}
