import { createServer, type RequestListener, type Server, type ServerOptions } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { SecureContextOptions, Server as TlsServer } from 'node:tls'

/**
 * Limits of connections. The API server is almost the only client: it keeps 25 idle connections to a host,
 * with no cap on busy ones (client-go transport/cache.go), and there are a few API servers in a cluster.
 */
const CONNECTIONS = 512

/** Above the 90 s for which the API server keeps an idle connection, else it writes into one that just closed. */
const KEEP_ALIVE_MS = 120_000
/** From the first byte of a request to the last of its body; a webhook call is given up after 5 s by the caller. */
const REQUEST_MS = 10_000
const HEADERS_MS = 5_000
const HANDSHAKE_MS = 5_000
/** Without a byte moved in either direction while a request or its answer is under way. */
const STALL_MS = 15_000
/** How often Node looks for requests that are overdue. */
const CHECK_MS = 1_000

const HTTP: ServerOptions = {
  maxHeaderSize: 16 * 1024,
  keepAliveTimeout: KEEP_ALIVE_MS,
  requestTimeout: REQUEST_MS,
  headersTimeout: HEADERS_MS,
  connectionsCheckingInterval: CHECK_MS,
}

/** Where the listener gets its certificate from, now and later. */
export interface TlsSource {
  readonly context: SecureContextOptions
  /** Keeps the server's certificate up to date by `setSecureContext`. */
  attach(server: Pick<TlsServer, 'setSecureContext'>): void
}

/**
 * The Node server under Fastify: HTTPS with `tls`, plain HTTP without.
 * HTTP/1.1 alone, as the API server speaks to webhooks, and no stream multiplexing to guard against.
 */
export function createListener(handler: RequestListener, tls?: TlsSource): Server {
  const server = tls ? createSecure(handler, tls) : createServer(HTTP, handler)
  server.maxConnections = CONNECTIONS
  server.maxRequestsPerSocket = 0
  server.timeout = STALL_MS
  // Who holds connections without using them makes room; the API server dials again, others were attacking.
  server.on('drop', () => server.closeIdleConnections())
  return server
}

function createSecure(handler: RequestListener, tls: TlsSource): Server {
  const options = { ...HTTP, ...tls.context, ALPNProtocols: ['http/1.1'], handshakeTimeout: HANDSHAKE_MS }
  const server = createTlsServer(options, handler)
  tls.attach(server)
  return server
}
