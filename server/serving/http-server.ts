import { createServer, type RequestListener, type Server, type ServerOptions } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { SecureContextOptions, Server as TlsServer } from 'node:tls'
import { boundConnections } from '../../process/connections.ts'
import { keepUnused } from '../../process/unused-connections.ts'

/** What a connection may cost; all times in milliseconds. */
export interface Limits {
  readonly connections: number
  readonly headerBytes: number
  /** For which a connection without a request is kept, before the first one as between two. */
  readonly keepAlive: number
  /** From the first byte of a request to the last of its body. */
  readonly request: number
  /** From the first byte of a request to the end of its headers. */
  readonly headers: number
  readonly handshake: number
  /** Without a byte moved in either direction while a request or its answer is under way. */
  readonly stall: number
  /** Between two looks for requests that are overdue. */
  readonly check: number
}

/**
 * The API server is almost the only client. It keeps 25 idle connections to a host, each for 90 s, with no cap
 * on busy ones (client-go transport/cache.go): it must never find one closed that it believes open. It gives a
 * call up after the 5 s of the webhook configuration. At most 600 requests are in flight in one by default
 * (kube-apiserver --max-requests-inflight and --max-mutating-requests-inflight), each with a connection here at worst.
 *
 * These limits, those of bodies (request-budget.ts), answers (response-budget.ts) and renderings (job-queue.ts) are all that keeps overload away
 * from the webhooks: a verdict takes 70 µs, so that behind 1,023 others it is waited for 80 ms. To refuse a request would take
 * as long as to answer it, and the lag of the event loop says more about the machine's other load than about ours.
 */
export const LIMITS: Limits = {
  connections: 1024,
  headerBytes: 16 * 1024,
  keepAlive: 120_000,
  request: 10_000,
  headers: 5_000,
  handshake: 5_000,
  stall: 15_000,
  check: 1_000,
}

/** Where the listener gets its certificate from, now and later. */
export interface TlsSource {
  /** With a `ca`, clients are asked for a certificate; which path needs one is for its route to say (process/caller.ts). */
  readonly context: SecureContextOptions
  /** Keeps the server's certificate up to date by `setSecureContext`. */
  attach(server: Pick<TlsServer, 'setSecureContext'>): void
}

/**
 * The Node server under Fastify: HTTPS with `tls`, plain HTTP without.
 * HTTP/1.1 alone, as the API server speaks to webhooks, and no stream multiplexing to guard against.
 */
export function createListener(handler: RequestListener, limits: Limits, tls?: TlsSource): Server {
  const options: ServerOptions = {
    maxHeaderSize: limits.headerBytes,
    keepAliveTimeout: limits.keepAlive,
    requestTimeout: limits.request,
    headersTimeout: limits.headers,
    connectionsCheckingInterval: limits.check,
  }
  const server = tls ? createSecure(handler, options, limits, tls) : createServer(options, handler)
  boundConnections(server, limits.connections)
  server.maxRequestsPerSocket = 0
  server.timeout = limits.stall
  keepUnused(server, tls ? 'secureConnection' : 'connection', limits)
  return server
}

function createSecure(
  handler: RequestListener,
  options: ServerOptions,
  { handshake }: Limits,
  tls: TlsSource,
): Server {
  const secure = {
    ...options,
    ...tls.context,
    ALPNProtocols: ['http/1.1'],
    handshakeTimeout: handshake,
    // Probes, Prometheus and people have no certificate, or one of another CA.
    requestCert: tls.context.ca !== undefined,
    rejectUnauthorized: false,
  }
  const server = createTlsServer(secure, handler)
  tls.attach(server)
  return server
}
