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

/**
 * - `call`: ends soon
 * - `urgent`: ends soon, and must not wait behind others
 * - `watch`: goes on for minutes
 */
export type Purpose = 'call' | 'urgent' | 'watch'

// The API server closes idle connections after 90 s (http.Server.IdleTimeout in apiserver
// pkg/server/secure_serving.go): closing first avoids sending on a connection that is just being closed.
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
  /** Separate pools, so that neither a burst of calls nor the watches take the connections that the others need. */
  readonly #agents: Readonly<Record<Purpose, HttpAgent>>
  readonly #underWay = new Set<ClientRequest>()

  constructor(server: URL, tls: TlsOptions) {
    this.#server = server
    const kept = { keepAlive: true, keepAliveMsecs: KEEP_ALIVE_MS, ...tls }
    const Agent = server.protocol === 'http:' ? HttpAgent : HttpsAgent
    this.#agents = {
      call: new Agent({ ...kept, maxSockets: CONNECTIONS, timeout: IDLE_MS }),
      urgent: new Agent({ ...kept, timeout: IDLE_MS }),
      watch: new Agent(kept),
    }
  }

  /** Resolves with the answer's head; its body is still to be read. Rejects with Node's own error. */
  async send(purpose: Purpose, request: WireRequest): Promise<IncomingMessage> {
    const first = this.#begin(purpose, request)
    try {
      return await first.answer
    } catch (error) {
      // A kept connection can be closed by the server while we are sending (nodejs.org/api/http.html#requestreusedsocket).
      // Only a POST is not safe to repeat.
      const stale = first.sent.reusedSocket && isReset(error) && request.method !== 'POST'
      if (!stale || request.signal.aborted) throw error
      return await this.#begin(purpose, request).answer
    }
  }

  /** Ends every request and every connection. */
  close(): void {
    for (const request of this.#underWay) request.destroy(new Error('the connection was closed'))
    for (const agent of Object.values(this.#agents)) agent.destroy()
  }

  #begin(purpose: Purpose, request: WireRequest): { sent: ClientRequest; answer: Promise<IncomingMessage> } {
    const { method, headers, body, signal } = request
    const agent = this.#agents[purpose]
    const begin = this.#server.protocol === 'http:' ? httpRequest : httpsRequest
    const path = this.#server.pathname.replace(/\/$/, '') + request.path
    const length = body === undefined ? {} : { 'content-length': `${Buffer.byteLength(body)}` }
    const sent = begin(this.#server, { method, path, agent, signal, headers: { ...headers, ...length } })
    this.#underWay.add(sent)
    sent.once('close', () => this.#underWay.delete(sent))
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
