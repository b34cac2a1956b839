import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** One as it was accepted, under TLS where there is TLS. */
interface Connection {
  readonly socket: Socket
  readonly peer: string
  /** The last one whose headers have come. */
  request?: IncomingMessage
}

/**
 * Bounds the connections of a server so that nobody is kept out by others that hold theirs and ask nothing. When there
 * are `limit`, each further one takes the place of
 * - the one that has owed the rest of its handshake, its headers or its body for the longest, else
 * - the one that has been idle for the longest.
 *
 * Who has sent a whole request gets its answer; only while that is said of all is a newcomer refused. (Node alone refuses
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
    const connection = this.#byPeer.get(peerOf(request.socket))
    if (connection === undefined) return
    connection.request = request
    if (this.#idle.delete(connection)) this.#busy.add(connection)
    response.once('close', () => {
      // With pipelining the next request may be here already.
      if (connection.request === request && this.#busy.delete(connection)) this.#idle.add(connection)
    })
  }

  #leastWanted(newcomer: Connection): Connection {
    for (const connection of this.#busy) {
      if (connection !== newcomer && connection.request?.complete !== true) return connection
    }
    for (const connection of this.#idle) return connection
    return newcomer
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

function peerOf({ localAddress, remoteAddress, remotePort }: Socket): string {
  return `${localAddress} ${remoteAddress} ${remotePort}`
}
