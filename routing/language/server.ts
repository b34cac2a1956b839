import { isIPv6 } from 'node:net'
import type { Release } from '../../schemas/mcrouter.ts'
import { PROTOCOLS, SECURITY } from './pool-options.ts'

const HOST = /^[A-Za-z0-9._-]{1,253}$/
const PORT = /^[1-9][0-9]{0,4}$/

/**
 * Why a text is no server; undefined for `host:port`, behind which protocol, security and compression may follow. Stricter than
 * lib/network/AccessPoint.cpp:121-190, which looks at no host and takes port 0, spaces and zeros before a port.
 */
export function serverComplaint(text: string, release: Release): string | undefined {
  if (text.startsWith('unix:')) return 'the container of a router has no such socket'
  const bracket = text.startsWith('[') ? text.indexOf(']') : -1
  const host = bracket < 0 ? text.slice(0, Math.max(0, text.indexOf(':'))) : text.slice(0, bracket + 1)
  const [nothing, port = '', ...rest] = text.slice(host.length).split(':')
  const isHost = bracket < 0 ? HOST.test(host) : isIPv6(host.slice(1, -1))
  if (!isHost || nothing !== '' || !PORT.test(port) || Number(port) > 65_535) {
    return 'must be host:port, an IPv6 address in brackets, the port between 1 and 65535'
  }
  return restComplaint(rest, release)
}

function restComplaint(
  [protocol, security, compression, ...more]: string[],
  release: Release,
): string | undefined {
  const isOld = release === '37'
  const protocols = PROTOCOLS.filter((one) => one !== (isOld ? 'thrift' : 'umbrella'))
  if (protocol !== undefined && !protocols.includes(protocol)) {
    return `the protocol must be one of ${protocols.join(', ')}`
  }
  const mechanisms = isOld ? ['plain', 'ssl'] : SECURITY
  if (security !== undefined && !mechanisms.includes(security)) {
    return `what follows the protocol must be one of ${mechanisms.join(', ')}`
  }
  if (more.length > 0 || !['compressed', 'notcompressed', undefined].includes(compression)) {
    return 'the last part must be compressed or notcompressed'
  }
  return undefined
}
