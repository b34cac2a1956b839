import { isIP } from 'node:net'

/** Where a pod listens. */
export interface Address {
  readonly host: string
  readonly port: number
}

/**
 * Reads `10.0.0.1:11211` or `[fd00::1]:11211`, as Prometheus writes the address of a pod. Undefined for anything else: a name is
 * never resolved.
 */
export function addressIn(text: string): Address | undefined {
  const [, v6, v4, digits = ''] = /^(?:\[([0-9a-f:.]{2,45})\]|([0-9.]{7,15})):(\d{1,5})$/i.exec(text) ?? []
  const host = v6 ?? v4 ?? ''
  const port = Number(digits)
  const isAddress = isIP(host) === (v6 === undefined ? 4 : 6) && port >= 1 && port <= 65_535
  return isAddress ? { host, port } : undefined
}

export function addressText({ host, port }: Address): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}
