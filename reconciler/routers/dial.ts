import { connect, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'

/** Opens a connection to a pod: over the network in the operator, anything in a test. */
export type Dial = (host: string, port: number, tls: boolean) => Socket

/**
 * Over TLS the pod is not told by its certificate: the CA is in a Secret that the operator has no right to read. It is who has the
 * address that the API server gives for the pod, as it is without TLS; nothing secret is sent or believed (docs/adr/0048-tls.md).
 */
export const dialPod: Dial = (host, port, tls) =>
  tls ? connectTls({ host, port, rejectUnauthorized: false }) : connect({ host, port })
