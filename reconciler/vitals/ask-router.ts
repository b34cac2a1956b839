import type { Socket } from 'node:net'
import type { AnswerLimits } from '../routers/answer.ts'
import type { Address, Caller } from '../routers/router-client.ts'
import { converse, type Reply } from './ask.ts'
import { clientsOf, Statistics } from './statistics.ts'

/** mcrouter's have about 5 KB, and each server that it holds for dead has about 60 bytes, of a thousand at most. */
const LIMITS: AnswerLimits = { bytes: 128 * 1024, pieces: 1024 }
const REQUESTS = ['stats\r\n', 'stats suspect_servers\r\n']

/** A router with fewer clients is far from any limit. */
const MANY_CLIENTS = 200

/**
 * Asks routers for their statistics and the servers that they hold for dead. To each that has many clients a connection is kept
 * open: one that takes no more connections leaves new ones to the kernel, as one that hangs does, and answers on those it has.
 */
export class RouterAsker {
  readonly #caller: Caller
  /** By address. */
  readonly #kept = new Map<string, Socket>()

  constructor(caller: Caller) {
    this.#caller = caller
  }

  async ask({ host, port }: Address): Promise<Reply> {
    const address = `${host} ${port}`
    const socket = this.#caller.dial(host, port)
    const reply = await converse(socket, this.#caller, REQUESTS, LIMITS)
    if (reply.kind === 'answered') {
      const clients = clientsOf(new Statistics(reply.text))
      if (clients >= MANY_CLIENTS) this.#keep(address, socket)
      else this.#drop(address, socket)
      return reply
    }
    socket.destroy()
    return await this.#askAgain(address, reply)
  }

  /** Over the connection that was kept, if there is one. */
  async #askAgain(address: string, reply: Reply): Promise<Reply> {
    const kept = this.#kept.get(address)
    if (kept === undefined) return reply
    const again = await converse(kept, this.#caller, REQUESTS, LIMITS)
    if (again.kind === 'answered') return { kind: 'full', text: again.text }
    // What is answered late would be taken for the answer to the next question.
    this.#drop(address)
    return again.kind === 'silent' ? { kind: 'hung' } : reply
  }

  #keep(address: string, socket: Socket): void {
    if (this.#kept.has(address)) {
      socket.destroy()
      return
    }
    this.#kept.set(address, socket)
    socket.once('close', () => {
      if (this.#kept.get(address) === socket) this.#kept.delete(address)
    })
    // Keeps no process alive, and does not outlive a node that is gone.
    socket.setKeepAlive(true, 60_000).unref()
  }

  #drop(address: string, socket?: Socket): void {
    socket?.destroy()
    this.#kept.get(address)?.destroy()
    this.#kept.delete(address)
  }
}
