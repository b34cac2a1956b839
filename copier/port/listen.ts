import type { RequestListener, Server } from 'node:http'
import { createServer } from 'node:https'
import type { SecureContextOptions } from 'node:tls'
import { boundConnections } from '../../process/connections.ts'
import { ListenError } from '../../process/health.ts'
import { addressText, whyNotListening } from '../../process/listening.ts'

/** One reconciler, and kubelet. */
const CONNECTIONS = 32

export interface Listening {
  readonly host: string | undefined
  readonly port: number
  /** PEM of who signs the certificates of those who may give orders. */
  readonly clientCa: string
  readonly certificate: Pick<SecureContextOptions, 'cert' | 'key'>
}

/** Listens over TLS 1.3. Rejects with a ListenError when it cannot. */
export async function listen(
  { host, port, clientCa, certificate }: Listening,
  handler: RequestListener,
): Promise<Server> {
  const server = createServer(
    {
      ...certificate,
      ca: clientCa,
      requestCert: true,
      // kubelet has no certificate. What needs one looks for it.
      rejectUnauthorized: false,
      minVersion: 'TLSv1.3',
      ALPNProtocols: ['http/1.1'],
      handshakeTimeout: 5_000,
      headersTimeout: 5_000,
      requestTimeout: 10_000,
      maxHeaderSize: 16 * 1024,
    },
    handler,
  )
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
