import type { EventEmitter } from 'node:events'
import type { Duplex } from 'node:stream'

/** An answer that its client has not taken yet. */
interface Held {
  readonly connection: Duplex
  release(): void
}

/** Bytes up to which an answer is part of what a connection may cost. */
const SMALL = 16 * 1024

/**
 * Bounds the bytes of answers that clients have not read yet, over all connections: what clients that ask for much and read
 * nothing can make the server hold. Beyond the limit the connections with the oldest unread answers are closed: refusing
 * new answers instead would let a few slow readers lock out everybody else.
 */
export class ResponseBudget {
  readonly #limit: number
  /** In the order since when. */
  readonly #held = new Set<Held>()
  readonly #byConnection = new WeakMap<Duplex, Set<Held>>()
  #bytes = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  /** Call it before the answer is sent; one that is larger than the limit is held alone. */
  hold(response: EventEmitter, connection: Duplex, bytes: number): void {
    if (bytes <= SMALL) return
    for (const oldest of this.#held) {
      if (this.#bytes + bytes <= this.#limit) break
      oldest.release()
      oldest.connection.destroy()
    }
    // Its client may have left while it was made, or just now with an earlier answer.
    if (!connection.destroyed) this.#add(response, connection, bytes)
  }

  #add(response: EventEmitter, connection: Duplex, bytes: number): void {
    const ofConnection = this.#heldBy(connection)
    const release = () => {
      response.off('close', release)
      ofConnection.delete(held)
      if (this.#held.delete(held)) this.#bytes -= bytes
    }
    const held: Held = { connection, release }
    ofConnection.add(held)
    this.#held.add(held)
    this.#bytes += bytes
    response.once('close', release)
  }

  /** A response that waits behind others of its connection is not told when that closes. */
  #heldBy(connection: Duplex): Set<Held> {
    const known = this.#byConnection.get(connection)
    if (known !== undefined) return known
    const held = new Set<Held>()
    this.#byConnection.set(connection, held)
    connection.once('close', () => {
      for (const one of held) one.release()
    })
    return held
  }
}
