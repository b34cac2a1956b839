import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import type { Target } from './connection.ts'

export interface CrowdPlan {
  readonly target: Target
  readonly connections: number
}

/** Connections that are open and silent, until told to go. */
export class Crowd {
  readonly #sockets: readonly Socket[]

  private constructor(sockets: readonly Socket[]) {
    this.#sockets = sockets
  }

  /** Resolves once all are open. */
  static async gather({ target, connections }: CrowdPlan): Promise<Crowd> {
    const sockets = Array.from({ length: connections }, () => connect({ ...target }))
    await Promise.all(sockets.map((socket) => once(socket, 'connect')))
    // One that is cut is no longer one of them.
    for (const socket of sockets) socket.on('error', () => undefined)
    return new Crowd(sockets)
  }

  async stop(): Promise<{ connections: number }> {
    const open = this.#sockets.filter(({ destroyed, readyState }) => !destroyed && readyState === 'open')
    for (const socket of this.#sockets) socket.destroy()
    return { connections: open.length }
  }
}
