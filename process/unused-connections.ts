import type { Server } from 'node:http'
import type { Socket } from 'node:net'

/** In milliseconds. */
interface Limits {
  readonly keepAlive: number
  readonly stall: number
}

/**
 * Has connections that have not said a byte yet count as idle, like those between two requests. Go's transport dials for a call
 * that another connection takes in the end, and keeps the new one for a later call (net/http transport.go, queueForDial). To Node
 * it has owed its headers since it was accepted: the API server would write its next call into a connection that is being closed.
 * @param accepted the event of a connection that can say something: with TLS, of its handshake
 */
export function keepUnused(
  server: Server,
  accepted: 'connection' | 'secureConnection',
  { keepAlive, stall }: Limits,
): void {
  const unused = new Set<Socket>()
  server.on(accepted, (socket: Socket) => {
    socket.setTimeout(keepAlive)
    unused.add(socket)
    socket.once('close', () => unused.delete(socket))
  })
  server.on('request', ({ socket }) => {
    if (unused.delete(socket)) socket.setTimeout(stall)
  })
  // To Node they are not idle, and a server that closes would wait for them.
  const closeIdle = server.closeIdleConnections.bind(server)
  server.closeIdleConnections = () => {
    closeIdle()
    for (const socket of unused) if (isUnused(socket)) socket.destroy()
  }
}

/** Of TLS, what counts is what was said within it. */
export function isUnused({ bytesRead }: Socket): boolean {
  return bytesRead === 0
}
