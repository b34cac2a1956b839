import type { RouteHandleTypes } from '../route-handle-type.ts'
import { different } from '../rules/different.ts'
import {
  BOOLEAN,
  HANDLE,
  INTEGER,
  NOT_NEGATIVE,
  type Options,
  POSITIVE,
  required,
  TIME,
} from '../value-type.ts'

const TWO_LEVELS: Options = { l1: required(HANDLE), l2: required(HANDLE) }

/** Those between two tiers of servers. */
export const MIGRATION: RouteHandleTypes = {
  WarmUpRoute: {
    source: 'routes/WarmUpRoute.cpp:32-48',
    options: {
      cold: required(HANDLE),
      warm: required(HANDLE),
      // Without it, what is copied never expires.
      exptime: required(POSITIVE),
      enable_metaget: {
        type: BOOLEAN,
        default: false,
        withheld: 'memcached has no metaget, and mcrouter takes a server that answers ERROR for dead',
      },
    },
    rules: [different('cold', 'warm')],
  },
  MigrateRoute: {
    source: 'routes/MigrateRouteFactory.h:46-56',
    options: {
      from: required(HANDLE),
      to: required(HANDLE),
      start_time: required(TIME),
      interval: { type: NOT_NEGATIVE, default: 3600 },
    },
    rules: [different('from', 'to')],
  },
  StagingRoute: {
    source: 'routes/StagingRoute.cpp:22-28',
    since: '40',
    options: { warm: required(HANDLE), staging: required(HANDLE) },
    rules: [different('warm', 'staging')],
  },
  L1L2CacheRoute: {
    source: 'routes/L1L2CacheRouteFactory.h:44-65',
    options: {
      ...TWO_LEVELS,
      upgradingL1Exptime: required(INTEGER),
      ncacheExptime: { type: INTEGER },
      ncacheUpdatePeriod: { type: NOT_NEGATIVE },
    },
    rules: [different('l1', 'l2')],
  },
  L1L2SizeSplitRoute: {
    source: 'routes/L1L2SizeSplitRoute-inl.h:250-298',
    options: {
      ...TWO_LEVELS,
      threshold: required(NOT_NEGATIVE),
      ttl_threshold: { type: NOT_NEGATIVE, default: 0 },
      failure_ttl: { type: POSITIVE, default: 60 },
      both_full_set: { type: BOOLEAN, default: false },
      retries: { type: { kind: 'integer', least: 1, most: 10 }, since: 'current' },
    },
    rules: [different('l1', 'l2')],
  },
}
