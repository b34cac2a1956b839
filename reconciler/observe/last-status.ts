import type { EpochMs } from '../../process/clock.ts'
import { externalServer } from '../../routing/servers.ts'
import type { JsonObject } from '../../schemas/json.ts'
import type { Layout } from '../../schemas/layout.ts'
import type { ExternalServer } from '../../schemas/mcrouter.ts'
import { count, record, records, text, time } from './untyped.ts'

/** What the status said of an earlier confirmation. */
export interface LastStatus {
  readonly digest: string
  /** Milliseconds since the epoch; undefined where not every router had confirmed. */
  readonly since: EpochMs | undefined
}

/** Which digest the status says is published, and since when all routers run it. */
export function recordedIn(status: JsonObject): LastStatus | undefined {
  const { digest, since } = record(status.config)
  return typeof digest === 'string' ? { digest, since: time(since) } : undefined
}

/** How the status says that the servers of the own pools that routers use are laid out; undefined where it does not say. */
export function layoutsIn({ pools }: JsonObject): ReadonlyMap<string, Layout> | undefined {
  if (!Array.isArray(pools)) return undefined
  const layouts = records(pools).flatMap(({ name, routedServers, copies }): [string, Layout][] => {
    const shards = count(routedServers) / count(copies)
    return Number.isInteger(shards) && shards > 0 ? [[text(name), { shards, copies: count(copies) }]] : []
  })
  return new Map(layouts)
}

/** The zones that the status says the copies of a pool are in that routers use, by copy; empty for none. */
export function recordedZones({ pools }: JsonObject, pool: string): readonly string[] {
  const found = records(pools).find(({ name }) => name === pool)
  return Array.isArray(found?.zones) ? found.zones.map(text) : []
}

/** The servers of others that the status says routers use for a pool; undefined for none. */
export function externalIn({ pools }: JsonObject, pool: string): readonly ExternalServer[] | undefined {
  const found = records(pools).find(({ name }) => name === pool)
  const servers = Array.isArray(found?.external) ? found.external : []
  const external = servers.flatMap((server) => externalServer(text(server)) ?? [])
  return external.length > 0 ? external : undefined
}

/** How many servers the status says are routed to; undefined where it says nothing. */
export function routedIn({ servers, routedServers }: JsonObject): number | undefined {
  if (typeof routedServers === 'number') return routedServers
  // A status from before there was that count lists them all.
  return Array.isArray(servers) ? servers.length : undefined
}
