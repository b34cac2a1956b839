import type { Socket } from 'node:net'
import type { AnswerLimits } from '../routers/answer.ts'
import type { Address, Caller } from '../routers/router-client.ts'
import { askOnce, type Reply } from './ask.ts'
import { KeptConnection } from './kept-connection.ts'
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
  readonly #kept = new Map<string, KeptConnection>()

  constructor(caller: Caller) {
    this.#caller = caller
  }

  async ask({ host, port, tls = false }: Address): Promise<Reply> {
    const address = textOf({ host, port })
    const socket = this.#caller.dial(host, port, tls)
    const reply = await askOnce(socket, this.#caller, REQUESTS, LIMITS)
    if (reply.kind === 'answered') {
      const clients = clientsOf(new Statistics(reply.text))
      if (clients >= MANY_CLIENTS) this.#keep(address, socket)
      else this.#drop(address, socket)
      return reply
    }
    socket.destroy()
    return await this.#askAgain(address, reply)
  }

  /** Closes the connection that was kept, if there is one: a pod that is gone may not say so, and its address may be another's. */
  release(router: Address): void {
    const address = textOf(router)
    this.#kept.get(address)?.close()
    this.#kept.delete(address)
  }

  /** Over the connection that was kept, if there is one. */
  async #askAgain(address: string, reply: Reply): Promise<Reply> {
    const again = await this.#kept.get(address)?.ask()
    if (again?.kind === 'answered') return { kind: 'full', text: again.text }
    return again?.kind === 'silent' ? { kind: 'hung' } : reply
  }

  #keep(address: string, socket: Socket): void {
    if (this.#kept.has(address) || socket.destroyed) {
      socket.destroy()
      return
    }
    const connection = new KeptConnection(socket, this.#caller, REQUESTS, LIMITS)
    this.#kept.set(address, connection)
    socket.once('close', () => {
      if (this.#kept.get(address) === connection) this.#kept.delete(address)
    })
  }

  #drop(address: string, socket: Socket): void {
    socket.destroy()
    this.#kept.get(address)?.close()
    this.#kept.delete(address)
  }
}

function textOf({ host, port }: Address): string {
  return `${host} ${port}`
}
