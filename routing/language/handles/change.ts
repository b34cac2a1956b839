import type { RouteHandleTypes, Written } from '../route-handle-type.ts'
import { ratesRule } from '../rules/rates.ts'
import {
  BOOLEAN,
  HANDLE,
  INTEGER,
  NOT_NEGATIVE,
  POSITIVE,
  required,
  type ValueType,
  words,
} from '../value-type.ts'
import { RATES } from './pool.ts'

/** A part of a key: no space and no control character (routes/ModifyKeyRoute.h:153-207). */
const KEY_PART: ValueType = {
  kind: 'text',
  pattern: /^[^\p{Cc}\s]{0,250}$/u,
  must: 'must have at most 250 characters, none of them a space or a control character',
}

/** RoutingPrefix.cpp:70-72 */
export const ROUTING_PREFIX = {
  kind: 'text',
  pattern: /^\/[^/\s]+\/[^/\s]+\/$/,
  must: 'must be of the form /region/cluster/',
} as const satisfies ValueType

/** An empty one cuts off what the key has. */
const ROUTING_PREFIX_OR_NONE: ValueType = { ...ROUTING_PREFIX, pattern: /^$|^\/[^/\s]+\/[^/\s]+\/$/ }

/** Those that change a request, or whether it is sent. */
export const CHANGE: RouteHandleTypes = {
  ModifyKeyRoute: {
    source: 'routes/ModifyKeyRoute.h:153-207',
    options: {
      target: required(HANDLE),
      ensure_key_prefix: { type: KEY_PART },
      set_routing_prefix: { type: ROUTING_PREFIX_OR_NONE },
      replace_key_prefix: { type: KEY_PART },
      modify_inplace: { type: BOOLEAN, default: false },
      set_key_suffix: { type: KEY_PART, since: '40' },
    },
    rules: [modifyKeyRule],
  },
  ModifyExptimeRoute: {
    source: 'routes/ModifyExptimeRoute.h:144-155',
    options: {
      target: required(HANDLE),
      exptime: required(INTEGER),
      action: { type: words('set', 'min'), default: 'set' },
    },
    rules: [exptimeRule],
  },
  RateLimitRoute: {
    source: 'routes/RateLimitRoute.h:105-113',
    options: {
      target: required(HANDLE),
      rates: required(RATES),
      fallback: { type: HANDLE, since: '41' },
    },
    rules: [ratesRule],
  },
  KeySplitRoute: {
    source: 'routes/KeySplitRoute-inl.h:27-48',
    since: '40',
    options: {
      destination: required(HANDLE),
      // kMinReplicaCount and kMaxReplicaCount, KeySplitRoute-inl.h:43-48
      replicas: required({ kind: 'integer', least: 2, most: 1000 }),
      all_sync: required(BOOLEAN),
      first_hit: { type: BOOLEAN, default: false },
    },
  },
  KeyParseRoute: {
    source: 'routes/KeyParseRoute.cpp:19-30',
    since: 'current',
    options: {
      target: required(HANDLE),
      num_routing_parts: required(POSITIVE),
      delimiter: required({ kind: 'text', pattern: /^[\x21-\x7e]$/, must: 'must be one character of ASCII' }),
    },
  },
  HashStopAllowListRoute: {
    source: 'routes/HashStopAllowListRoute.h:96',
    since: 'current',
    options: { target: required(HANDLE), prefixes: { type: { kind: 'list', of: KEY_PART, unique: true } } },
  },
  BigValueRoute: {
    source: 'routes/BigValueRoute.cpp:40-53',
    since: 'current',
    options: {
      target: required(HANDLE),
      split_threshold: required(NOT_NEGATIVE),
      batch_size: required(NOT_NEGATIVE),
      hide_reply_flag: { type: BOOLEAN, default: false },
    },
  },
}

/** To change a prefix in place there must be one to put there, and replace_key_prefix does the same another way. */
function modifyKeyRule({ options, complain }: Written): void {
  if (options.modify_inplace === undefined) return
  if (options.replace_key_prefix !== undefined) {
    const message = 'Forbidden: modify_inplace and replace_key_prefix cannot be used together'
    complain(['modify_inplace'], 'FieldValueForbidden', message)
  }
  if (options.ensure_key_prefix !== undefined) return
  complain(
    ['ensure_key_prefix'],
    'FieldValueRequired',
    'Required value: modify_inplace has no effect without it',
  )
}

/** Zero is never for memcached, so that it is the least of no two times. */
function exptimeRule({ options, complain }: Written): void {
  if (options.action !== 'min' || options.exptime !== 0) return
  complain(['exptime'], 'FieldValueInvalid', 'Invalid value: 0: must be at least 1 with the action min')
}
