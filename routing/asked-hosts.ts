import { isJsonObject } from '../schemas/json.ts'
import type { ExternalServer } from '../schemas/mcrouter.ts'

/** A server as far as a network knows it. */
export type AskedHost = Pick<ExternalServer, 'host' | 'port'>

/** What of others routers connect to. */
export interface Asked {
  readonly hosts: readonly AskedHost[]
  /** In place of those of any of their servers; which servers, depends on what pools inherit. */
  readonly ports: readonly number[]
}

/**
 * What routers connect to by a configuration, but for servers that `isOwn` tells to be the operator's: by its pools, and by what
 * mcrouter's own JSON has anywhere. Each server and port is there once, and servers are not multiplied by ports.
 */
export function askedHosts(config: unknown, isOwn: (server: string) => boolean): Asked {
  const found: Found = { servers: new Set(), ports: new Set() }
  search(config, found)
  const hosts = [...found.servers].filter((server) => !isOwn(server)).flatMap(hostOf)
  return {
    hosts: [...new Map(hosts.map((one) => [`${one.port} ${one.host}`, one])).values()],
    ports: hosts.length === 0 ? [] : [...found.ports],
  }
}

interface Found {
  readonly servers: Set<string>
  readonly ports: Set<number>
}

/** routing/language/pool-options.ts */
const PORTS = ['port_override', 'port_override_within_dc', 'port_override_cross_dc']

function search(value: unknown, found: Found): void {
  if (Array.isArray(value)) for (const item of value) search(item, found)
  if (!isJsonObject(value)) return
  for (const [key, inner] of Object.entries(value)) {
    if (key === 'servers' && Array.isArray(inner)) for (const text of inner) found.servers.add(`${text}`)
    else if (PORTS.includes(key) && typeof inner === 'number') found.ports.add(inner)
    else search(inner, found)
  }
}

/** routing/language/server.ts; protocol and security may follow the port. */
const SERVER = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})(?::|$)/

function hostOf(server: string): AskedHost[] {
  const [found, address, name, port] = SERVER.exec(server) ?? []
  return found === undefined ? [] : [{ host: address ?? name ?? '', port: Number(port) }]
}
