import { digest } from '../../routing/digest.ts'
import { CONFIG_KEY } from '../../routing/flags.ts'
import { POOL } from '../../routing/pool.ts'
import { isJsonObject, type JsonObject } from '../../schemas/json.ts'
import { record } from './reading.ts'

/** The configuration that a ConfigMap holds for the routers. */
export interface Published {
  /** md5 in hex. */
  readonly digest: string
  /** How many servers are routed to. */
  readonly routed: number
}

/** Undefined when the ConfigMap holds none that is ours: none at all, or what somebody else wrote into it. */
export function publishedIn(configMap: JsonObject): Published | undefined {
  const config = record(configMap.data)[CONFIG_KEY]
  if (typeof config !== 'string') return undefined
  const servers = serversIn(config)
  return Array.isArray(servers) ? { digest: digest(config), routed: servers.length } : undefined
}

function serversIn(config: string): unknown {
  try {
    const parsed: unknown = JSON.parse(config)
    return isJsonObject(parsed) ? record(record(parsed.pools)[POOL]).servers : undefined
  } catch {
    return undefined
  }
}
