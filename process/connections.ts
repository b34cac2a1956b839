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
 * Bounds the connections of a server so that nobody is kept out by others that hold theirs and ask nothing. When there
 * are `limit`, each further one takes the place of another:
 * - of the one that has owed the rest of its handshake, its headers or its body, or has not taken its answer, for the
 *   longest, if those that owe are more than half of all or nobody is idle,
 * - else of the one that has been idle for the longest. Newcomers owe their handshake: were they always the first to go,
 *   a crowd of idle ones would have them take each other's place.
 *
 * Who waits for an answer gets it; only while that is said of all is a newcomer refused. (Node alone refuses
 * every newcomer: a thousand silent connections, opened anew when they time out, would be enough to keep out everybody.)
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
  /** Those that owe something or wait for an answer, in the order since when. */
  readonly #busy = new Set<Connection>()
  /** Those between two requests, in the order since when. */
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

/** Whether all that is missing is the server's answer. Once that is given, it is for the client to take it. */
function isWaiting({ exchange }: Connection): boolean {
  return exchange?.request.complete === true && !exchange.response.writableEnded
}

function peerOf({ localAddress, remoteAddress, remotePort }: Socket): string {
  return `${localAddress} ${remoteAddress} ${remotePort}`
}
