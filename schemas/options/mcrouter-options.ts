import type { Release } from '../mcrouter.ts'
import { REFUSED } from './mcrouter-refused.ts'
import {
  integer,
  managed,
  NOTHING,
  type Option,
  refused,
  type Settable,
  type Setting,
  type Value,
} from './option.ts'

// Options of mcrouter, by their long names: mcrouter_options_list.h and standalone_options_list.h of release 37 and of builds
// of 2021 to 2026, and the usage texts of 40 and 41. Ranges are those in which an option does something sensible, and
// narrower where the memory of the pod is reckoned with what it would change (schemas/resources.ts): mcrouter itself takes any number.

export interface McrouterOption {
  readonly option: Option
  /** All unless named. */
  readonly releases?: readonly Release[]
  readonly short?: string
}

const SINCE_40: readonly Release[] = ['40', '41', 'current']
const SINCE_41: readonly Release[] = ['41', 'current']
const UNTIL_41: readonly Release[] = ['37', '40', '41']
const CURRENT: readonly Release[] = ['current']

const toggle = NOTHING
const milliseconds = integer(0, 3_600_000)
const requests = integer(0, 1_000_000)
const routingPrefix: Settable = { takes: { type: 'routingPrefix' } }
const stackSize: Value = { type: 'integer', least: 24_576, most: 262_144 }

const SETTABLE: Readonly<Record<string, McrouterOption>> = {
  'keepalive-count': { option: integer(0, 127), short: 'K' },
  'keepalive-idle': { option: integer(1, 32_767), short: 'I' },
  'keepalive-interval': { option: integer(1, 32_767), short: 'i' },
  'reset-inactive-connection-interval': { option: integer(0, 86_400_000) },
  'max-no-flush-event-loops': { option: integer(1, 1000), releases: CURRENT },
  'target-max-inflight-requests': { option: requests },
  'target-max-pending-requests': { option: requests },
  'target-max-shadow-requests': { option: requests },
  'proxy-max-inflight-requests': { option: requests },
  'proxy-max-inflight-shadow-requests': { option: requests, releases: CURRENT },
  'proxy-max-throttled-requests': { option: requests },
  'waiting-request-timeout-ms': { option: milliseconds },
  'cross-region-timeout-ms': { option: milliseconds },
  'cross-cluster-timeout-ms': { option: milliseconds },
  'within-cluster-timeout-ms': { option: milliseconds },
  'connect-timeout-retries': { option: integer(0, 100), releases: SINCE_40 },
  'client-timeout': { option: milliseconds },
  'tcp-listen-backlog': { option: integer(1, 65_535) },
  'num-listening-sockets': { option: integer(1, 64), releases: SINCE_40 },
  // The default, 3 KiB for each, is a fifth of a router's memory.
  'max-client-outstanding-reqs': { option: integer(1, 34_133) },
  'big-value-split-threshold': { option: integer(0, 1_073_741_824) },
  'big-value-batch-size': { option: integer(0, 1000) },
  'big-value-hide-reply-flag': { option: toggle, releases: CURRENT },
  'fibers-max-pool-size': { option: integer(0, 10_000) },
  'fibers-stack-size': { option: { takes: stackSize } },
  'fibers-record-stack-size-every': { option: integer(0, 2_147_483_647) },
  'fibers-pool-resize-period-ms': { option: integer(0, 86_400_000) },
  'disable-fibers-use-guard-pages': { option: toggle },
  'route-prefix': { option: routingPrefix, short: 'R' },
  'send-invalid-route-to-default': { option: toggle },
  'enable-flush-cmd': { option: toggle },
  'group-remote-errors': { option: toggle },
  'disable-miss-on-get-errors': { option: toggle, releases: UNTIL_41 },
  'maximum-soft-tkos': { option: integer(0, 1_000_000), releases: ['37'] },
  'retain-source-ip': { option: toggle },
  'thread-affinity': { option: toggle, releases: SINCE_41 },
  'remote-thread': { option: toggle, releases: SINCE_41 },
  'disable-request-deadline-check': { option: toggle, releases: CURRENT },
  'disable-shard-split-route': { option: toggle, releases: CURRENT },
  'max-shadow-token-map-size': { option: integer(0, 1_000_000), releases: CURRENT },
  'disable-failure-logging': { option: toggle },
  'logging-rtt-outlier-threshold-us': { option: integer(0, 2_147_483_647) },
  'stats-async-queue-length': { option: integer(0, 10_000) },
  'proxy-cpu-interval-s': { option: integer(0, 3600), releases: CURRENT },
}

/** Names by the setting that they are. */
const MANAGED: readonly (readonly [setting: Setting, names: readonly string[]])[] = [
  ['port', ['port']],
  ['threads', ['num-proxies', 'proxy-threads', 'core-multiplier', 'core-multiplier-threshold']],
  ['maxConnections', ['max-conns']],
  ['serverTimeout', ['server-timeout']],
  ['untilDown', ['timeouts-until-tko', 'disable-tko-tracking']],
  ['debugFifoRoot', ['debug-fifo-root']],
  ['config', ['config', 'config-file', 'config-str', 'config-params', 'additional-config-params']],
]

/** Of those that have a field or are refused; the letters of the others are beside them. */
const SHORT: Readonly<Record<string, string>> = {
  a: 'async-dir',
  f: 'config-file',
  h: 'help',
  L: 'log-path',
  p: 'port',
  r: 'probe-timeout-initial',
  t: 'server-timeout',
  v: 'verbosity',
  V: 'version',
}

export const MCROUTER: ReadonlyMap<string, McrouterOption> = new Map([
  ...Object.entries(SETTABLE),
  ...allAs(MANAGED, managed),
  ...allAs(REFUSED, refused),
])

/** Long names by their letters. */
export const LETTERS: ReadonlyMap<string, string> = new Map([
  ...Object.entries(SHORT),
  ...Object.entries(SETTABLE).flatMap(([name, { short }]) =>
    short === undefined ? [] : [[short, name] as const],
  ),
])

function allAs<Of>(
  groups: readonly (readonly [of: Of, names: readonly string[]])[],
  optionOf: (of: Of) => Option,
): (readonly [string, McrouterOption])[] {
  return groups.flatMap(([of, names]) => names.map((name) => [name, { option: optionOf(of) }] as const))
}
