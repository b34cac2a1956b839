import type { McrouterConfig } from './mcrouter-config.ts'
import { POOL, type PoolConfig } from './pool.ts'
import type { Features } from './release.ts'
import { REFUSED } from './route-handle.ts'

/**
 * Every key on one server, chosen by Ch3.
 *
 * A read from a dead server is a miss and not an error: in newer releases an error for one key would leave a
 * multi-key get without any value. A write to a dead server is an error, as the value is nowhere.
 */
export function shardedConfig(pool: PoolConfig, features: Features): McrouterConfig {
  const reads = { get: 'read', gets: 'read', ...(features.getAndTouch ? { gat: 'read', gats: 'read' } : {}) }
  return {
    pools: { [POOL]: pool },
    named_handles: [{ type: 'FailoverRoute', name: 'read', children: [`PoolRoute|${POOL}`, 'NullRoute'] }],
    route: {
      type: 'OperationSelectorRoute',
      default_policy: `PoolRoute|${POOL}`,
      operation_policies: { ...reads, ...REFUSED },
    },
  }
}
