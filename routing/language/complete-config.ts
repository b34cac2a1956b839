import { isJsonObject, type JsonObject } from '../../schemas/json.ts'
import { type PoolConfig, poolKey } from '../pool.ts'

/**
 * A configuration of a user's, with the operator's pools filled in: each as it always is, and those that routes name under that
 * name too, as a pool that inherits from it. What is published is read back by the names that it has in every configuration.
 *
 * @param config that checkConfig() accepts
 * @param named the operator's pools that it names
 * @param pools the operator's pools by the names that a Mcrouter has for them
 */
export function completedConfig(
  config: JsonObject,
  named: readonly string[],
  pools: ReadonlyMap<string, PoolConfig>,
): JsonObject {
  const own = isJsonObject(config.pools) ? config.pools : {}
  const filled = [...pools].map(([name, pool]) => [poolKey(name), pool] as const)
  const aliases = named.flatMap((name) => {
    const pool = pools.get(name)
    return pool === undefined ? [] : [[name, { inherit: poolKey(name), servers: pool.servers }] as const]
  })
  return { ...config, pools: { ...Object.fromEntries([...filled, ...aliases]), ...own } }
}
