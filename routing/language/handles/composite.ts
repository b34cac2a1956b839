import type { RouteHandleTypes, Written } from '../route-handle-type.ts'
import { policyRule } from '../rules/failover.ts'
import { hashRule, judgeWeights } from '../rules/hash.ts'
import { BOOLEAN, HANDLES, NOT_NEGATIVE, POSITIVE, required, TEXT, WEIGHTS, words } from '../value-type.ts'
import { FAILOVER_OPTIONS } from './failover.ts'
import { HASH_OPTIONS } from './hash.ts'

const CHILDREN = { children: required(HANDLES) }

/** Those that send a request to all of their children, or to some. */
export const COMPOSITE: RouteHandleTypes = {
  AllAsyncRoute: { source: 'routes/AllAsyncRouteFactory.h', short: 'children', options: CHILDREN },
  AllFastestRoute: { source: 'routes/AllFastestRouteFactory.h', short: 'children', options: CHILDREN },
  AllInitialRoute: { source: 'routes/AllInitialRouteFactory.h', short: 'children', options: CHILDREN },
  AllMajorityRoute: { source: 'routes/AllMajorityRouteFactory.h', short: 'children', options: CHILDREN },
  AllSyncRoute: { source: 'routes/AllSyncRouteFactory.h', short: 'children', options: CHILDREN },
  RandomRoute: { source: 'routes/RandomRouteFactory.h', short: 'children', options: CHILDREN },
  HostIdRoute: {
    source: 'routes/HostIdRouteFactory.h:51',
    short: 'children',
    options: { ...CHILDREN, salt: { type: TEXT } },
  },
  HashRoute: {
    source: 'routes/HashRouteFactory.h:120-203',
    short: 'children',
    options: { ...CHILDREN, ...HASH_OPTIONS },
    rules: [hashRule],
  },
  LatestRoute: {
    source: 'routes/LatestRoute.h:80-92',
    short: 'children',
    options: {
      ...CHILDREN,
      failover_count: { type: POSITIVE, default: 5 },
      salt: { type: TEXT },
      thread_local_failover: { type: BOOLEAN, default: false },
      weights: { type: WEIGHTS },
      ...FAILOVER_OPTIONS,
    },
    rules: [policyRule('children'), latestWeightsRule],
  },
  LoadBalancerRoute: {
    source: 'routes/LoadBalancerRoute.h:345-444',
    since: '40',
    options: {
      ...CHILDREN,
      algorithm: { type: words('weighted-hashing', 'two-random-choices'), default: 'weighted-hashing' },
      load_ttl_ms: { type: POSITIVE, default: 100 },
      failover_count: { type: POSITIVE, default: 1 },
      salt: { type: TEXT },
    },
    caution: 'LoadBalancerRoute needs servers that report their load, which memcached does not',
  },
  OriginalClientHashRoute: {
    source: 'routes/OriginalClientHashRoute.h:117-133',
    since: 'current',
    options: { ...CHILDREN, offset: { type: NOT_NEGATIVE, default: 0 } },
    withheld: 'it needs --retain-source-ip, which routers run without',
  },
}

function latestWeightsRule(handle: Written): void {
  judgeWeights(handle, handle.options.weights, handle.led('children')?.count, ['weights'])
}
