import { digest } from '../../routing/digest.ts'
import { CONFIG_KEY } from '../../routing/flags.ts'
import { PAST_MISSES } from '../../routing/past-misses.ts'
import { POOL, poolOfCopyKey, poolOfKey } from '../../routing/pool.ts'
import type { Features } from '../../routing/release.ts'
import type { JsonObject } from '../../schemas/json.ts'
import { MAIN_POOL, MOST_POOLS } from '../../schemas/mcrouter.ts'
import type { BuiltInObject } from '../kube/built-in.ts'
import { record } from './untyped.ts'

/** The configuration that a ConfigMap holds for the routers. */
export interface Published {
  /** md5 in hex. */
  readonly digest: string
  /** By pool, how many servers are routed to: {@link routedTo}. */
  readonly routed: Readonly<Record<string, number>>
  /** By pool, in how many copies; of those that have some. */
  readonly copies?: Readonly<Record<string, number>>
  /** What it uses that not every release understands. */
  readonly features: Features
  /** Whether reads go past a miss, as they do while servers that were added fill up. */
  readonly filling: boolean
}

/** Undefined when the ConfigMap holds none that is ours: none at all, or what somebody else wrote into it. */
export function publishedIn({ data }: Pick<BuiltInObject<'ConfigMap'>, 'data'>): Published | undefined {
  const config = data?.[CONFIG_KEY]
  if (config === undefined) return undefined
  const { pools, route } = parseConfig(config)
  const routed = routedIn(record(pools))
  if (routed === undefined) return undefined
  const { connect_timeout } = record(record(pools)[POOL])
  const { get, gat } = record(ofMain(record(route)).operation_policies)
  const features = { getAndTouch: gat !== undefined, connectTimeout: connect_timeout !== undefined }
  const copies = copiesIn(record(pools), routed)
  return { digest: digest(config), routed, copies, features, filling: get === PAST_MISSES }
}

/** The policies of the pool {@link MAIN_POOL}, which has the keys of no prefix. */
function ofMain(route: JsonObject): JsonObject {
  return route.wildcard === undefined ? route : record(route.wildcard)
}

/** How many servers of a pool are routed to; 0 for one that routers do not know. */
export function routedTo({ routed }: Published, pool: string): number {
  return Object.hasOwn(routed, pool) ? (routed[pool] ?? 0) : 0
}

function routedIn(pools: JsonObject): Published['routed'] | undefined {
  const sizes = Object.entries(pools).flatMap(([key, pool]) => {
    const name = poolOfKey(key)
    const { servers } = record(pool)
    return name !== undefined && Array.isArray(servers) ? [[name, servers.length] as const] : []
  })
  const isOurs = sizes.length <= MOST_POOLS && sizes.some(([name]) => name === MAIN_POOL)
  return isOurs ? Object.fromEntries(sizes) : undefined
}

/** Of the pools that are routed to: what somebody wrote beside them is not kept. */
function copiesIn(pools: JsonObject, routed: Published['routed']): Readonly<Record<string, number>> {
  const copies = new Map<string, number>()
  for (const key of Object.keys(pools)) {
    const pool = poolOfCopyKey(key)
    if (pool !== undefined && Object.hasOwn(routed, pool)) copies.set(pool, (copies.get(pool) ?? 0) + 1)
  }
  return Object.fromEntries(copies)
}

function parseConfig(config: string): JsonObject {
  try {
    return record(JSON.parse(config))
  } catch {
    return {}
  }
}
