import { POOL_OPTIONS } from '../pool-options.ts'
import type { RouteHandleTypes } from '../route-handle-type.ts'
import { poolHashRule } from '../rules/hash.ts'
import { ratesRule } from '../rules/rates.ts'
import { shadowsRule } from '../rules/shadows.ts'
import { slowWarmupRule } from '../rules/slow-warmup.ts'
import {
  BOOLEAN,
  HANDLE,
  NOT_NEGATIVE,
  type Option,
  type Options,
  POOL_REFERENCE,
  POSITIVE,
  required,
  TEXT,
  TIME,
  type ValueType,
  words,
} from '../value-type.ts'
import { HASH } from './hash.ts'
import { SHADOWS } from './shadow.ts'

const RATE: ValueType = { kind: 'number', above: 0 }

/** routes/RateLimiter.cpp:48-70 */
export const RATES: ValueType = {
  kind: 'members',
  options: Object.fromEntries(
    ['gets', 'sets', 'deletes'].flatMap((operations) => [
      [`${operations}_rate`, { type: RATE }],
      [`${operations}_burst`, { type: RATE }],
    ]),
  ),
}

const THRESHOLD: ValueType = { kind: 'number', least: 0, most: 1 }

/** routes/SlowWarmUpRouteSettings.cpp:23-80 */
const SLOW_WARMUP: Option = {
  type: {
    kind: 'members',
    options: {
      failoverTarget: required(HANDLE),
      settings: {
        type: {
          kind: 'members',
          options: {
            enable_threshold: required(THRESHOLD),
            disable_threshold: required(THRESHOLD),
            start: { type: { kind: 'number', above: 0, below: 1 }, default: 0.1 },
            step: { type: { kind: 'number', above: 0, below: 100 }, default: 1 },
            min_requests: { type: POSITIVE, default: 100 },
          },
        },
      },
    },
  },
}

/** mcrouter cuts down what is more (routes/ShardSplitter.cpp:23-43). */
const SPLITS: ValueType = { kind: 'integer', least: 1, most: 26 * 26 + 1 }

/** By shard, for how many keys each key of it stands, or how many before and after (routes/ShardSplitter.cpp:69-123). */
const SHARD_SPLITS: Option = {
  type: {
    kind: 'map',
    of: {
      kind: 'either',
      number: SPLITS,
      object: {
        kind: 'members',
        options: {
          old_split_size: { type: SPLITS, default: 1 },
          new_split_size: { type: SPLITS, default: 1 },
          split_start: { type: TIME, default: 0 },
          migration_period: { type: NOT_NEGATIVE, default: 0 },
          fanout_deletes: { type: BOOLEAN, default: false },
        },
      },
    },
  },
}

const UPSTREAM = 'only the servers of the upstream company know it'

const POOL_ROUTE: Options = {
  pool: required(POOL_REFERENCE),
  hash: HASH,
  shadows: SHADOWS,
  shadow_policy: { type: words('default'), default: 'default' },
  max_outstanding: { type: { kind: 'integer', least: 0, most: 1_000_000 }, default: 0 },
  slow_warmup: SLOW_WARMUP,
  rates: { type: RATES },
  shard_splits: SHARD_SPLITS,
  split_shard_fanout: { type: NOT_NEGATIVE, default: 0, since: 'current' },
  asynclog: { type: BOOLEAN, default: true },
  asynclog_name: { type: TEXT, withheld: 'routers run with --asynclog-disable' },
  axonlog: { type: BOOLEAN, withheld: UPSTREAM },
  bucketize: { type: BOOLEAN, withheld: UPSTREAM },
  distribution_enabled: { type: BOOLEAN, withheld: UPSTREAM },
  pool_id: { type: TEXT, withheld: UPSTREAM },
}

/** Those over a pool. A pool's name alone is a short form of both; with `Pool` an object is a pool that has no place in `pools`. */
export const POOLS: RouteHandleTypes = {
  PoolRoute: {
    source: 'routes/McRouteHandleProvider-inl.h:664-811',
    short: 'pool',
    options: POOL_ROUTE,
    rules: [poolHashRule, shadowsRule, slowWarmupRule, ratesRule],
  },
  Pool: {
    source: 'routes/McRouteHandleProvider-inl.h:950',
    short: 'pool',
    options: POOL_OPTIONS,
    yields: 'servers',
  },
}
