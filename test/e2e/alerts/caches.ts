import type { JsonObject } from '../../../schemas/json.ts'
import { OWN_FILES } from '../../../schemas/validation/rules/connections.ts'

// A Mcrouter for each kind of trouble, as small as shows it, so that all have it at the same time.

/** Many are to fit on one node. */
const POD = { resources: { requests: { cpu: '5m' } } }
const ROUTER = { image: 'devan2502/mcrouter:v2026.08.17.00', replicas: 1, pod: POD }
const SERVERS = { memory: '16Mi', maxConnections: 64, minReadySeconds: 0, pod: POD }

/** Of the servers of those whose connections are used up, and how many of these are for others. */
const FILES = 256
export const CONNECTIONS = FILES - OWN_FILES
/** Of a router that large values kill. */
const LITTLE_MEMORY = '40Mi'

function spec(memcached: JsonObject = {}, router: JsonObject = {}): JsonObject {
  return { memcached: { ...SERVERS, shards: 1, ...memcached }, router: { ...ROUTER, ...router } }
}

export function limited(limits: JsonObject): JsonObject {
  return { resources: { ...POD.resources, limits } }
}

export const CACHES = {
  hung: spec({ shards: 2 }),
  pair: spec({ maxConnections: FILES }, { replicas: 2 }),
  // One that is older than its spec will say.
  refusing: spec({ copies: 2 }, { image: 'devan2502/mcrouter:latest', release: '37' }),
  copies: spec({ copies: 2 }),
  shards: spec({ shards: 2 }),
  split: spec({}, { replicas: 2 }),
  small: spec(),
  full: spec({ args: ['-M'] }),
  expiring: spec({ maxConnections: FILES }),
  killed: spec({}, { pod: limited({ memory: LITTLE_MEMORY }) }),
  queue: spec({}, { args: ['--proxy-max-inflight-requests=4'], timeouts: { server: '2s' } }),
  emptied: spec(),
} as const satisfies Readonly<Record<string, JsonObject>>

export type CacheName = keyof typeof CACHES
