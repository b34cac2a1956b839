import {
  createServer as createHttpServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import type { Socket } from 'node:net'

export interface Received {
  readonly method: string
  readonly url: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

export type Handler = (request: Received, response: ServerResponse) => void

export interface ScriptedServer {
  readonly url: string
  readonly port: number
  /** Everything that arrived, oldest first. */
  readonly received: readonly Received[]
  /** Connections ever accepted. */
  readonly connections: number
  handler: Handler
  /** Cuts the connections that are open, with a reset. */
  reset(): void
  stop(): Promise<void>
}

/** A server on loopback whose every answer is the test's, over TLS when given a certificate. */
export async function startScriptedServer(
  handler: Handler,
  tls?: { readonly key: string; readonly cert: string },
): Promise<ScriptedServer> {
  const received: Received[] = []
  const sockets = new Set<Socket>()
  let connections = 0
  const script = { handler }
  const listen = async (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Uint8Array[] = []
    for await (const chunk of request) chunks.push(chunk)
    const { method = '', url = '', headers } = request
    const one = { method, url, headers, body: Buffer.concat(chunks).toString() }
    received.push(one)
    script.handler(one, response)
  }
  const server: Server = tls ? createHttpsServer(tls, listen) : createHttpServer(listen)
  server.on('connection', (socket: Socket) => {
    connections += 1
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  const { port } = address
  const reset = () => {
    for (const socket of sockets) socket.resetAndDestroy()
  }
  return {
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${port}`,
    port,
    received,
    get connections() {
      return connections
    },
    get handler() {
      return script.handler
    },
    set handler(next) {
      script.handler = next
    },
    reset,
    async stop() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}

export function answerJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
}
