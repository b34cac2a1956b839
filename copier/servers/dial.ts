import { connect, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'

/** Where a server of the pool answers. */
export interface Address {
  readonly host: string
  readonly port: number
}

/** Opens a connection to a server. */
export type Dial = (address: Address) => Socket

/** How the servers of a pool are spoken to over TLS. */
export interface ServerTls {
  /** PEM of who signs their certificates; undefined: that is not looked at, as routers do without such a file. */
  readonly ca: string | undefined
}

/** As mcrouter verifies servers (ThreadLocalSSLContextProvider.cpp): who has signed, and no name. */
export function dialOver(tls: ServerTls | undefined): Dial {
  return ({ host, port }) => {
    if (tls === undefined) return connect({ host, port })
    const verified = tls.ca === undefined ? { rejectUnauthorized: false } : { ca: tls.ca }
    return connectTls({ host, port, checkServerIdentity: () => undefined, ...verified })
  }
}

/** As in messages. */
export function textOf({ host, port }: Address): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`
}
