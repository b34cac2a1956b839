import {
  type ClientRequest,
  Agent as HttpAgent,
  request as httpRequest,
  type IncomingMessage,
} from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import type { TlsOptions } from './credentials.ts'

/** One HTTP/1.1 request, ready to send. */
export interface WireRequest {
  readonly method: string
  /** With the query. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | undefined
  readonly signal: AbortSignal
}

// The API server closes idle connections after 90 s (http.Server.IdleTimeout in apiserver
// pkg/server/secure_serving.go): going first avoids to send on a connection that is just being closed.
const IDLE_MS = 60_000
// As client-go's dialer (transport/cache.go): TCP finds a peer that vanished.
const KEEP_ALIVE_MS = 30_000
// Each connection costs about 0.5 MB resident, and more of them make no single-server API faster.
const CONNECTIONS = 16

/**
 * Connections to one server under one TLS configuration, kept and shared by all requests.
 *
 * node:https and not undici: after 3,200 requests over 24 connections undici 8 was at 152 MB resident, this at 84 MB,
 * with the same CPU time. HTTP/2 is no loss: a watch needs a stream of its own either way.
 */
export class Transport {
  readonly #server: URL
  /** For requests that end soon. */
  readonly #calls: HttpAgent
  /** Each watch holds a connection for minutes; they must not use up those of the calls. */
  readonly #watches: HttpAgent

  constructor(server: URL, tls: TlsOptions) {
    this.#server = server
    const shared = { keepAlive: true, keepAliveMsecs: KEEP_ALIVE_MS, ...tls }
    const Agent = server.protocol === 'http:' ? HttpAgent : HttpsAgent
    this.#calls = new Agent({ ...shared, maxSockets: CONNECTIONS, timeout: IDLE_MS })
    this.#watches = new Agent(shared)
  }

  /** Resolves with the answer's head; its body is still to be read. Rejects with Node's own error. */
  async call(request: WireRequest): Promise<IncomingMessage> {
    const first = this.#send(this.#calls, request)
    try {
      return await first.answer
    } catch (error) {
      // A kept connection can be closed by the server while we are sending (nodejs.org/api/http.html#requestreusedsocket).
      // Only a POST is not safe to repeat.
      const stale = first.sent.reusedSocket && isReset(error) && request.method !== 'POST'
      if (!stale || request.signal.aborted) throw error
      return await this.#send(this.#calls, request).answer
    }
  }

  /** As {@link call}, for an answer that goes on for minutes. */
  watch(request: WireRequest): Promise<IncomingMessage> {
    return this.#send(this.#watches, request).answer
  }

  /** Cuts every connection, also those in use. */
  close(): void {
    this.#calls.destroy()
    this.#watches.destroy()
  }

  #send(agent: HttpAgent, request: WireRequest): { sent: ClientRequest; answer: Promise<IncomingMessage> } {
    const { method, headers, body, signal } = request
    const begin = this.#server.protocol === 'http:' ? httpRequest : httpsRequest
    const path = this.#server.pathname.replace(/\/$/, '') + request.path
    const length = body === undefined ? {} : { 'content-length': `${Buffer.byteLength(body)}` }
    const sent = begin(this.#server, { method, path, agent, signal, headers: { ...headers, ...length } })
    const answer = new Promise<IncomingMessage>((resolve, reject) => {
      sent.once('response', resolve)
      // Not once: an abort after the answer's head raises it again, when nobody waits here any more.
      sent.on('error', reject)
    })
    sent.end(body)
    return { sent, answer }
  }
}

function isReset(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ECONNRESET' || error.code === 'EPIPE')
}
