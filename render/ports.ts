import type { Pool, Routers } from '../schemas/mcrouter.ts'

/** A port of a container, and of the Service that leads there. */
export interface Port {
  readonly name: string
  readonly port: number
}

/** What the name of a port ends with that speaks TLS: by it the operator knows how to ask a pod, whatever the spec says by now. */
const TLS = '-tls'

/** The first is the one that is asked. */
export function routerPorts({
  port,
  clientTls,
}: Pick<Routers, 'port' | 'clientTls'>): readonly [Port, ...Port[]] {
  const plain = { name: 'mcrouter', port }
  if (clientTls === undefined) return [plain]
  const tls = { name: `mcrouter${TLS}`, port: clientTls.port }
  return clientTls.plain ? [plain, tls] : [tls]
}

export function poolPortName({ tls }: Pick<Pool, 'tls'>): string {
  return tls === undefined ? 'memcached' : `memcached${TLS}`
}

export function speaksTls({ name = '' }: { readonly name?: string }): boolean {
  return name.endsWith(TLS)
}
