import { isIPv6, SocketAddress } from 'node:net'
import type { ExternalServer, Pool } from './mcrouter.ts'

/** Which server is meant, the same text in whatever words its host is said. */
export function serverText({ host, port }: Pick<ExternalServer, 'host' | 'port'>): string {
  const known = canonicalHost(host)
  return known.includes(':') ? `[${known}]:${port}` : `${known}:${port}`
}

/** A name of DNS in lower case without the final dot; an IPv6 address in its shortest form, and as IPv4 where it is a mapped one. */
export function canonicalHost(host: string): string {
  if (!isIPv6(host)) return host.toLowerCase().replace(/[.]$/, '')
  const { address } = new SocketAddress({ address: host, family: 'ipv6' })
  return address.replace(/^::ffff:(?=[0-9.]+$)/, '')
}

/** A server that both pools have; undefined for none, and where the servers of one of them are own ones. */
export function sharedServer(
  { external }: Pick<Pool, 'external'>,
  other: Pick<Pool, 'external'>,
): string | undefined {
  if (external.length === 0 || other.external.length === 0) return undefined
  const texts = new Set(external.map(serverText))
  return other.external.map(serverText).find((text) => texts.has(text))
}
