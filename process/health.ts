import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Registry } from 'prom-client'
import { boundConnections } from './connections.ts'
import { addressText, whyNotListening } from './listening.ts'

export interface HealthDeps {
  /** Why this process should be restarted; undefined when it is well. */
  readonly livenessProblem: () => string | undefined
  /** Why this process is not ready; undefined when it is. */
  readonly readinessProblem: () => string | undefined
  readonly registry: Registry
  /** What /metrics has after those of the registry, in Prometheus' text format; nothing by default. */
  readonly moreMetrics?: () => Iterable<string>
  /** What else there is. */
  readonly route?: Route
  /** How many connections there may be; 64 by default, since nobody but kubelet and Prometheus calls, and neither takes long. */
  readonly connections?: number
}

export interface Route {
  readonly path: string
  /** Answers a GET. */
  answer(request: IncomingMessage, response: ServerResponse): void
}

const CONNECTIONS = 64

/** The message says why and what to do. */
export class ListenError extends Error {
  readonly code = 'MCR_ERR_LISTEN'
  override readonly name = 'ListenError'
}

/** Serves /healthz, /readyz, /metrics and the route, if there is one. Resolves once it listens; rejects with a ListenError when it cannot. */
export async function serveHealth(deps: HealthDeps, host: string | undefined, port: number): Promise<Server> {
  const server = createServer({ requestTimeout: 10_000, headersTimeout: 5_000 }, (request, response) => {
    const path = (request.url ?? '/').split('?', 1)[0]
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return answer(response, 405, 'GET or HEAD only')
    if (path === '/healthz') return verdict(response, deps.livenessProblem())
    if (path === '/readyz') return verdict(response, deps.readinessProblem())
    if (path === '/metrics') return void metrics(response, deps)
    const { route } = deps
    if (route !== undefined && path === route.path) return routed(route, request, response)
    const further = route === undefined ? '' : `, and ${route.path}`
    return answer(response, 404, `there are /healthz, /readyz and /metrics${further}`)
  })
  boundConnections(server, deps.connections ?? CONNECTIONS)
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => {
      const where = addressText(host, port)
      reject(new ListenError(`cannot listen on ${where}: ${whyNotListening(cause)}`, { cause }))
    })
    server.listen(port, host, resolve)
  })
  return server
}

function routed(route: Route, request: IncomingMessage, response: ServerResponse): void {
  if (request.method === 'GET') route.answer(request, response)
  else answer(response, 405, 'GET only')
}

function verdict(response: ServerResponse, complaint: string | undefined): void {
  answer(response, complaint === undefined ? 200 : 503, complaint ?? 'ok')
}

async function metrics(response: ServerResponse, { registry, moreMetrics }: HealthDeps): Promise<void> {
  try {
    const counted = await registry.metrics()
    response.writeHead(200, { 'content-type': registry.contentType }).write(counted)
    await pipeline(Readable.from(moreMetrics?.() ?? [], { highWaterMark: 1 }), response)
  } catch (error) {
    // Whoever asked has gone, or sees from the end of the connection that the answer is not whole.
    if (response.headersSent) response.destroy()
    else answer(response, 500, error instanceof Error ? error.message : String(error))
  }
}

/** Ends a response with a line of text. */
export function answer(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(`${text}\n`)
}
