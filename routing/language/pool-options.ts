import {
  BOOLEAN,
  INTEGER,
  type Options,
  POSITIVE,
  TAGS,
  TEXT,
  TIMEOUT,
  type ValueType,
  WEIGHTS,
  words,
} from './value-type.ts'

const PORT: ValueType = { kind: 'integer', least: 1, most: 65_535 }
/** lib/network/SecurityOptions.cpp:31-43 */
export const SECURITY = ['plain', 'ssl', 'tls_to_plain', 'fizz', 'ktls12']
const MECHANISM = words(...SECURITY)
const UPSTREAM = 'only the servers of the upstream company know it'

/** routes/McRouteHandleProvider.cpp:72-87 */
export const PROTOCOLS = ['ascii', 'caret', 'thrift', 'umbrella']
const PROTOCOL: ValueType = {
  kind: 'word',
  words: { ascii: {}, caret: {}, thrift: { since: 'current' }, umbrella: { until: '37' } },
}

/** One of both forms of each. */
const TKO_TRACKER: Options = {
  num_tko_threshold_upper: { type: POSITIVE },
  num_tko_threshold_lower: { type: POSITIVE },
  percent_tko_threshold_upper: { type: { kind: 'integer', least: 1, most: 100 } },
  percent_tko_threshold_lower: { type: { kind: 'integer', least: 1, most: 100 } },
}

/** What a pool has beside its servers (routes/McRouteHandleProvider-inl.h:176-340, .cpp:72-158; PoolFactory.cpp:47-91). */
export const POOL_OPTIONS: Options = {
  // Needed as well, but for a pool that inherits them.
  servers: { type: { kind: 'list', of: { kind: 'server' } } },
  server_timeout: { type: TIMEOUT, default: 1000 },
  connect_timeout: { type: TIMEOUT, since: '40' },
  protocol: { type: PROTOCOL, default: 'ascii' },
  keep_routing_prefix: { type: BOOLEAN, default: false },
  qos: {
    type: {
      kind: 'members',
      options: {
        class: { type: { kind: 'integer', least: 0, most: 4 } },
        path: { type: { kind: 'integer', least: 0, most: 3 } },
      },
    },
  },
  region: { type: TEXT },
  cluster: { type: TEXT },
  use_ssl: { type: BOOLEAN, until: '37' },
  security_mech: { type: MECHANISM, default: 'plain', since: '40' },
  security_mech_within_dc: { type: MECHANISM, since: '40' },
  security_mech_cross_dc: { type: MECHANISM, since: '40' },
  port_override: { type: PORT, since: '40' },
  port_override_within_dc: { type: PORT, since: '40' },
  port_override_cross_dc: { type: PORT, since: '40' },
  enable_compression: { type: BOOLEAN },
  weights: { type: WEIGHTS },
  tags: { type: TAGS },
  tko_tracker: { type: { kind: 'members', options: TKO_TRACKER }, since: 'current' },
  hostnames: { type: { kind: 'list', of: TEXT }, since: 'current' },
  failure_domains: { type: { kind: 'list', of: INTEGER }, since: 'current' },
  error_on_empty: { type: BOOLEAN, default: true, since: 'current' },
  additional_fanout: { type: INTEGER, withheld: UPSTREAM },
  services: { type: { kind: 'map', of: TEXT }, withheld: UPSTREAM },
  service_id_override: { type: TEXT, withheld: UPSTREAM },
  disable_request_deadline_check: { type: BOOLEAN, withheld: UPSTREAM },
}
