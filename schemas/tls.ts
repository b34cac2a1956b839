/** How clients speak TLS to the routers. */
export interface ClientTls {
  /** Name of the Secret with the certificate, its key and, for client certificates, the CA that signs these. */
  readonly secretName: string
  /** 1024..65535 */
  readonly port: number
  /** Whether a client has to show a certificate of that CA. */
  readonly requireClientCertificate: boolean
  /** Whether the port without TLS stays open. */
  readonly plain: boolean
}

/** How routers speak TLS to servers. */
export interface ServerTls {
  /** Name of the Secret with the CA that signs the certificates of servers. */
  readonly secretName: string
  /** Whether routers show the certificate that is in it as well. */
  readonly clientCertificate: boolean
}

/** Where the certificate of servers and its key come from: one of both is there. */
export interface PoolTls {
  /** Name of a Secret that somebody else writes. */
  readonly secretName?: string
  /** Who issues it. */
  readonly issuer?: 'Operator'
}

/** Whether the operator issues the certificate of the servers of a pool, of which routers then trust no other. */
export function isIssued({
  external,
  tls,
}: {
  readonly external: readonly unknown[]
  readonly tls?: PoolTls
}): boolean {
  return external.length === 0 && tls?.issuer === 'Operator'
}
