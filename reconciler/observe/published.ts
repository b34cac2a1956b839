import { digest } from '../../routing/digest.ts'
import { CONFIG_KEY } from '../../routing/flags.ts'
import { PAST_MISSES } from '../../routing/past-misses.ts'
import { POOL } from '../../routing/pool.ts'
import type { Features } from '../../routing/release.ts'
import type { JsonObject } from '../../schemas/json.ts'
import { record } from './untyped.ts'

/** The configuration that a ConfigMap holds for the routers. */
export interface Published {
  /** md5 in hex. */
  readonly digest: string
  /** How many servers are routed to. */
  readonly routed: number
  /** What it uses that not every release understands. */
  readonly features: Features
  /** Whether reads go past a miss, as they do while servers that were added fill up. */
  readonly filling: boolean
}

/** Undefined when the ConfigMap holds none that is ours: none at all, or what somebody else wrote into it. */
export function publishedIn(configMap: JsonObject): Published | undefined {
  const config = record(configMap.data)[CONFIG_KEY]
  if (typeof config !== 'string') return undefined
  const { pools, route } = parseConfig(config)
  const { servers, connect_timeout } = record(record(pools)[POOL])
  if (!Array.isArray(servers)) return undefined
  const { get, gat } = record(record(route).operation_policies)
  const features = { getAndTouch: gat !== undefined, connectTimeout: connect_timeout !== undefined }
  return { digest: digest(config), routed: servers.length, features, filling: get === PAST_MISSES }
}

function parseConfig(config: string): JsonObject {
  try {
    return record(JSON.parse(config))
  } catch {
    return {}
  }
}
