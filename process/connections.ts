import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** One as it was accepted, under TLS where there is TLS. */
interface Connection {
  readonly socket: Socket
  readonly peer: string
  /** The address of its client. */
  readonly host: string
  /** The last one whose headers have come, and what is said to it. */
  exchange?: { readonly request: IncomingMessage; readonly response: ServerResponse }
}

/**
 * Bounds the connections of a server so that clients that hold connections and ask nothing cannot keep others out. A
 * connection is in one of three states:
 * - pending: its client still has to send (handshake, first request, headers, body) or to read the answer,
 * - served: the request is complete, and the server owes the answer,
 * - idle: between two requests.
 *
 * When there are `limit` connections, a new one evicts another:
 * 1. the one that has been pending for the longest, if more than half of all are pending or none is idle;
 * 2. else the one that has been idle for the longest. A new connection is pending at first: with rule 1 alone, a crowd of
 *    idle connections would make newcomers evict each other.
 *
 * Passed over are those of hosts that have no more than their share, which is the limit by the number of hosts: one that asks
 * all the time over connections of its own would else have those evicted that an API server keeps for its next call.
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
  /** How many each host has. */
  readonly #byHost = new Map<string, number>()

  constructor(limit: number) {
    this.#limit = limit
  }

  enter(socket: Socket): void {
    const connection: Connection = { socket, peer: peerOf(socket), host: socket.remoteAddress ?? '' }
    this.#byPeer.set(connection.peer, connection)
    this.#busy.add(connection)
    this.#count(connection, 1)
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
    // The newcomer is the last of those that owe something.
    const inOrder = owing.length <= this.#limit / 2 ? [...this.#idle, ...owing] : [...owing, ...this.#idle]
    const share = this.#limit / this.#byHost.size
    return inOrder.find(({ host }) => this.#heldBy(host) > share) ?? inOrder[0] ?? newcomer
  }

  #heldBy(host: string): number {
    return this.#byHost.get(host) ?? 0
  }

  #count({ host }: Connection, change: 1 | -1): void {
    const held = this.#heldBy(host) + change
    if (held === 0) this.#byHost.delete(host)
    else this.#byHost.set(host, held)
  }

  #close(connection: Connection): void {
    this.#leave(connection)
    connection.socket.destroy()
  }

  #leave(connection: Connection): void {
    const wasBusy = this.#busy.delete(connection)
    const wasIdle = this.#idle.delete(connection)
    if (wasBusy || wasIdle) this.#count(connection, -1)
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
