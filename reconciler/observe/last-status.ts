import type { EpochMs } from '../../process/clock.ts'
import type { JsonObject } from '../../schemas/json.ts'
import { record, time } from './untyped.ts'

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

/** How many servers the status says are routed to; undefined where it says nothing. */
export function routedIn({ servers, routedServers }: JsonObject): number | undefined {
  if (typeof routedServers === 'number') return routedServers
  // A status from before there was that count lists them all.
  return Array.isArray(servers) ? servers.length : undefined
}
