import type { RouteHandleTypes } from '../route-handle-type.ts'
import { different } from '../rules/different.ts'
import { failoverRule, leasePairingRule, POLICIES, policyRule } from '../rules/failover.ts'
import { poolHashRule } from '../rules/hash.ts'
import { shadowsRule } from '../rules/shadows.ts'
import {
  BOOLEAN,
  HANDLE,
  HANDLES,
  type Option,
  POOL_REFERENCE,
  POSITIVE,
  required,
  TAGS,
  type ValueType,
  words,
} from '../value-type.ts'
import { HASH } from './hash.ts'
import { SHADOWS } from './shadow.ts'

/** Results from mc_res_ooo to mc_res_waiting, without mc_res_ (lib/mc/msg.h, lib/FailoverErrorsSettingsBase.cpp:58-80). */
const RESULTS =
  'ooo timeout connect_timeout connect_error busy try_again shutdown tko bad_command bad_key bad_flags bad_exptime bad_lease_id ' +
  'bad_cas_id bad_value aborted client_error local_error remote_error'

const ERRORS: ValueType = {
  kind: 'list',
  unique: true,
  of: {
    kind: 'word',
    words: {
      ...Object.fromEntries(RESULTS.split(' ').map((result) => [result, {}])),
      deadline_exceeded: { since: 'current' },
    },
  },
}

/** lib/FailoverErrorsSettingsBase.cpp; a class that is not one of these is ignored. */
const FAILOVER_ERRORS: Option = {
  type: {
    kind: 'either',
    list: ERRORS,
    object: {
      kind: 'members',
      options: { gets: { type: ERRORS }, updates: { type: ERRORS }, deletes: { type: ERRORS } },
    },
  },
}

/** What each of them needs: rules/failover.ts. */
const FAILOVER_POLICY: Option = {
  type: {
    kind: 'members',
    options: {
      type: required({ kind: 'word', words: POLICIES }),
      max_tries: { type: POSITIVE },
      max_error_tries: { type: POSITIVE },
      tags: { type: TAGS },
    },
  },
}

/** mcrouter cuts a rate to 0..1 and takes a burst of 0 for none (routes/FailoverRateLimiter.cpp:19-40). */
const FAILOVER_LIMIT: Option = {
  type: {
    kind: 'members',
    options: {
      rate: required({ kind: 'number', least: 0, most: 1 }),
      burst: { type: { kind: 'number', least: 1 }, default: 1000 },
    },
  },
}

export const FAILOVER_OPTIONS = { failover_errors: FAILOVER_ERRORS, failover_policy: FAILOVER_POLICY }

const LIMITED = {
  ...FAILOVER_OPTIONS,
  failover_limit: FAILOVER_LIMIT,
  failover_tag: { type: BOOLEAN, default: false },
}

/** Those that go on to another child when one fails. */
export const FAILOVER: RouteHandleTypes = {
  FailoverRoute: {
    source: 'routes/FailoverRoute-inl.h:95-176',
    short: 'children',
    options: {
      children: required(HANDLES),
      ...LIMITED,
      enable_lease_pairing: { type: BOOLEAN, default: false },
    },
    rules: [failoverRule, leasePairingRule, policyRule('children')],
  },
  FailoverWithExptimeRoute: {
    source: 'routes/FailoverWithExptimeRouteFactory.h:69-80',
    options: {
      normal: required(HANDLE),
      failover: required(HANDLES),
      // Without a time that ends, what is written during a failure is read again in the next one.
      failover_exptime: { type: POSITIVE, default: 60 },
      ...LIMITED,
    },
    rules: [different('normal', 'failover'), policyRule('failover', 1)],
  },
  MissFailoverRoute: {
    source: 'routes/MissFailoverRoute.h:120-151',
    short: 'children',
    options: { children: required(HANDLES), return_best_on_error: { type: BOOLEAN, default: false } },
    rules: [failoverRule],
  },
  SaltedFailoverRoute: {
    // Without a pool mcrouter ends with SIGSEGV.
    source: 'routes/McRouteHandleProvider-inl.h:955-990',
    since: '41',
    options: {
      pool: required(POOL_REFERENCE),
      hash: HASH,
      shadows: SHADOWS,
      shadow_policy: { type: words('default'), default: 'default' },
      ...LIMITED,
      failover_policy: { ...FAILOVER_POLICY, required: true },
    },
    // Its children are the pool as a whole, and after it the servers one by one.
    rules: [poolHashRule, shadowsRule, policyRule('pool', 1)],
  },
}
