import type { Socket } from 'node:net'
import type { AnswerLimits } from '../routers/answer.ts'
import type { Caller } from '../routers/router-client.ts'
import { converse, type Reply } from './ask.ts'

/**
 * A connection on which a process is asked the same again and again, one question at a time. A late answer counts
 * for the next question: it proves as much, so that a process slower than the timeout does not look hung.
 */
export class KeptConnection {
  readonly #socket: Socket
  readonly #caller: Caller
  readonly #requests: readonly string[]
  readonly #limits: AnswerLimits
  /** The question that is open. */
  #pending: Promise<Reply> | undefined

  constructor(socket: Socket, caller: Caller, requests: readonly string[], limits: AnswerLimits) {
    this.#socket = socket
    this.#caller = caller
    this.#requests = requests
    this.#limits = limits
    // Keeps no process alive, and does not outlive a node that is gone.
    socket.setKeepAlive(true, 60_000).unref()
  }

  /** Silent when there is no answer in time. Never rejects. */
  async ask(): Promise<Reply> {
    const { clock, timeoutMs } = this.#caller
    const pending = this.#pending ?? converse(this.#socket, this.#requests, this.#limits)
    this.#pending = pending
    let cancel = () => {}
    const late = new Promise<Reply>((resolve) => {
      cancel = clock.after(timeoutMs, () => resolve({ kind: 'silent' }))
    })
    const reply = await Promise.race([pending, late])
    cancel()
    if (reply.kind !== 'silent') this.#pending = undefined
    // Anything more would be taken for the next answer.
    if (reply.kind === 'unreachable') this.close()
    return reply
  }

  close(): void {
    this.#socket.destroy()
  }
}
