import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** One as it was accepted, under TLS where there is TLS. */
interface Connection {
  readonly socket: Socket
  readonly peer: string
  /** The last one whose headers have come, and what is said to it. */
  exchange?: { readonly request: IncomingMessage; readonly response: ServerResponse }
}

/**
 * Bounds the connections of a server so that clients that hold connections and ask nothing cannot keep others out. A
 * connection is in one of three states:
 * - pending: its client still has to send (handshake, headers, body) or to read the answer,
 * - served: the request is complete, and the server owes the answer,
 * - idle: between two requests.
 *
 * When there are `limit` connections, a new one evicts another:
 * 1. the one that has been pending for the longest, if more than half of all are pending or none is idle;
 * 2. else the one that has been idle for the longest. A new connection is pending at first: with rule 1 alone, a crowd of
 *    idle connections would make newcomers evict each other.
 *
 * A served connection is never evicted; only while all are served is a newcomer refused. (Node alone refuses every
 * newcomer: a thousand silent connections, reopened when they time out, would be enough to keep out everybody.)
 */
export function boundConnections(server: Server, limit: number): void {
  const room = new Room(limit)
  // One more, since a newcomer has to be in before it can take the place of another.
  server.maxConnections = limit + 1
  server.on('connection', (socket: Socket) => room.enter(socket))
  server.on('request', (request: IncomingMessage, response: ServerResponse) => room.ask(request, response))
}

class Room {
  readonly #limit: number
  /** By both ends: the accepted socket and the one that TLS makes of it have nothing else in common. */
  readonly #byPeer = new Map<string, Connection>()
  /** By the socket of its requests, from the first one on. */
  readonly #byRequests = new WeakMap<Socket, Connection>()
  /** Those that are pending or served, the oldest first. */
  readonly #busy = new Set<Connection>()
  /** The idle ones, the oldest first. */
  readonly #idle = new Set<Connection>()

  constructor(limit: number) {
    this.#limit = limit
  }

  enter(socket: Socket): void {
    const connection: Connection = { socket, peer: peerOf(socket) }
    this.#byPeer.set(connection.peer, connection)
    this.#busy.add(connection)
    socket.once('close', () => this.#leave(connection))
    if (this.#busy.size + this.#idle.size > this.#limit) this.#close(this.#leastWanted(connection))
  }

  ask(request: IncomingMessage, response: ServerResponse): void {
    const connection = this.#askedOn(request.socket)
    if (connection === undefined) return
    connection.exchange = { request, response }
    if (this.#idle.delete(connection)) this.#busy.add(connection)
    response.once('close', () => {
      // With pipelining the next request may be here already.
      if (connection.exchange?.request === request && this.#busy.delete(connection))
        this.#idle.add(connection)
    })
  }

  #askedOn(socket: Socket): Connection | undefined {
    const known = this.#byRequests.get(socket)
    if (known !== undefined) return known
    const found = this.#byPeer.get(peerOf(socket))
    if (found !== undefined) this.#byRequests.set(socket, found)
    return found
  }

  #leastWanted(newcomer: Connection): Connection {
    const owing = [...this.#busy].filter((connection) => !isWaiting(connection))
    const [longestIdle] = this.#idle
    if (longestIdle !== undefined && owing.length <= this.#limit / 2) return longestIdle
    // The newcomer is the last of them.
    return owing[0] ?? newcomer
  }

  #close(connection: Connection): void {
    this.#leave(connection)
    connection.socket.destroy()
  }

  #leave(connection: Connection): void {
    this.#busy.delete(connection)
    this.#idle.delete(connection)
    if (this.#byPeer.get(connection.peer) === connection) this.#byPeer.delete(connection.peer)
  }
}

/** Whether it is served: the request is complete and the answer is not written yet. */
function isWaiting({ exchange }: Connection): boolean {
  return exchange?.request.complete === true && !exchange.response.writableEnded
}

function peerOf({ localAddress, remoteAddress, remotePort }: Socket): string {
  return `${localAddress} ${remoteAddress} ${remotePort}`
}
