import { createServer, type Server, type ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Registry } from 'prom-client'
import { boundConnections } from '../process/connections.ts'
import { addressText, whyNotListening } from '../process/listening.ts'

export interface HealthDeps {
  /** Why this process should be restarted; undefined when it is well. */
  readonly livenessProblem: () => string | undefined
  /** Why this process is not ready; undefined when it is. */
  readonly readinessProblem: () => string | undefined
  readonly registry: Registry
  /** What /metrics has after those of the registry, in Prometheus' text format; nothing by default. */
  readonly moreMetrics?: () => Iterable<string>
}

/** Nobody but kubelet and Prometheus calls it, and neither takes long. */
const CONNECTIONS = 64

/** The message says why and what to do. */
export class ListenError extends Error {
  readonly code = 'MCR_ERR_LISTEN'
  override readonly name = 'ListenError'
}

/** Serves /healthz, /readyz and /metrics. Resolves once it listens; rejects with a ListenError when it cannot. */
export async function serveHealth(deps: HealthDeps, host: string | undefined, port: number): Promise<Server> {
  const server = createServer({ requestTimeout: 10_000, headersTimeout: 5_000 }, (request, response) => {
    const path = (request.url ?? '/').split('?', 1)[0]
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return answer(response, 405, 'GET or HEAD only')
    if (path === '/healthz') return verdict(response, deps.livenessProblem())
    if (path === '/readyz') return verdict(response, deps.readinessProblem())
    if (path === '/metrics') return void metrics(response, deps)
    return answer(response, 404, 'there are /healthz, /readyz and /metrics')
  })
  boundConnections(server, CONNECTIONS)
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => {
      const where = addressText(host, port)
      reject(new ListenError(`cannot listen on ${where}: ${whyNotListening(cause)}`, { cause }))
    })
    server.listen(port, host, resolve)
  })
  return server
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

function answer(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(`${text}\n`)
}
