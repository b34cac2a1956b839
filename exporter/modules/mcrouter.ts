import { statisticsIn, versionIn } from '../../process/statistics.ts'
import type { Sample } from '../exposition/exposition.ts'
import { counter, type Family, gauge } from '../exposition/family.ts'
import { labelText } from '../exposition/labels.ts'
import { numberIn, secondsIn, sumOf, textOf } from '../exposition/numbers.ts'
import { exposeServers } from './mcrouter-servers.ts'
import type { Module } from './module.ts'

// Names are those of mcrouter_exporter (https://github.com/Dev25/mcrouter_exporter, main.go at 0250548) where they say what the
// numbers are; docs/monitoring.md has those that differ, and why. What statistics mean: mcrouter/stat_list.h of mcrouter. Those
// that are rates over the last minutes, whatever their names, are left out.

const VERSION = gauge('mcrouter_version', 'The release of this router.')
const START = gauge('mcrouter_start_time_seconds', 'Unix time at which the router started.')
const COMMANDS = counter('mcrouter_commands_total', 'Requests of clients by operation.')
const RESULTS = counter(
  'mcrouter_results_total',
  'Requests to servers that failed, by reason: first tries alone.',
)
const RESULTS_ALL = counter(
  'mcrouter_results_all_total',
  'Requests to servers that failed, by reason, with those that failed over.',
)
const FAILOVERS = counter(
  'mcrouter_failovers_total',
  'Requests that were sent to another server after an error.',
)
const SERVERS = gauge(
  'mcrouter_servers',
  'Connections to servers by state: as many for each server as there are threads.',
)
const LATENCY = gauge(
  'mcrouter_request_duration_avg_seconds',
  'Average of the last requests; it stays without any.',
)
const CPU = counter('mcrouter_cpu_seconds_total', 'CPU time, user and system.')
const DIGEST = gauge('mcrouter_config_digest_info', 'MD5 of the configuration that the router runs.')

const OPERATIONS = labelled('cmd', 'cmd_', '_count', [
  ...['add', 'append', 'cas', 'decr', 'delete', 'flushall', 'flushre', 'gat', 'gats', 'get', 'gets', 'incr'],
  ...['lease_get', 'lease_set', 'metaget', 'prepend', 'replace', 'set', 'touch'],
])

const FAILURES = [
  ...['busy', 'client_error', 'connect_error', 'connect_timeout', 'data_timeout', 'deadline_exceeded_error'],
  ...['error', 'local_error', 'remote_error', 'tko'],
]

const FIRST_FAILURES = labelled('result', 'result_', '_count', FAILURES)
const ALL_FAILURES = labelled('result', 'result_', '_all_count', FAILURES)
const STATES = labelled('state', 'num_servers_', '', ['up', 'down', 'new', 'closed'])

/** What `stats all` says, by its names. */
const OF_STATS: readonly (readonly [statistic: string, family: Family])[] = [
  [
    'failover_all_failed_count',
    counter(
      'mcrouter_failovers_failed_total',
      'Requests that failed on every server that they were sent to.',
    ),
  ],
  [
    'num_suspect_servers',
    // One failure is enough (mcrouter/TkoTracker.cpp, getSuspectServersCount).
    gauge(
      'mcrouter_suspect_servers',
      'Servers whose last request failed, whether the router holds them for dead yet or not.',
    ),
  ],
  ['proxy_reqs_processing', gauge('mcrouter_requests_in_flight', 'Requests that are being routed.')],
  ['proxy_reqs_waiting', gauge('mcrouter_requests_waiting', 'Requests that wait to be routed.')],
  ['ps_rss', gauge('mcrouter_resident_memory_bytes', 'Resident memory.')],
  ['config_failures', counter('mcrouter_config_failures_total', 'Configurations that could not be loaded.')],
  [
    'config_last_attempt',
    gauge('mcrouter_config_last_attempt', 'Unix time of the last attempt to load one.'),
  ],
  ['config_last_success', gauge('mcrouter_config_last_success', 'Unix time at which one was last loaded.')],
]

const CLIENTS = gauge('mcrouter_client_connections', 'Connections of clients.')

export const mcrouter: Module = {
  up: gauge('mcrouter_up', 'Whether the router answered.'),
  requests: ['stats all', 'stats servers', 'get __mcrouter__.config_md5_digest'],
  // 1,024 servers take 290 KB.
  limits: { bytes: 512 * 1024, lines: 4_096 },
  expose([stats = [], servers = [], digest = []], exposition, target) {
    const values = statisticsIn(stats)
    const version = versionIn(values)
    if (version !== undefined) exposition.one(VERSION, '1', labelText({ version }))
    exposition.one(START, startIn(values))
    exposition.add(COMMANDS, samplesOf(values, OPERATIONS))
    exposition.add(RESULTS, samplesOf(values, FIRST_FAILURES))
    exposition.add(RESULTS_ALL, samplesOf(values, ALL_FAILURES))
    exposition.one(FAILOVERS, failoversIn(values))
    exposition.add(SERVERS, samplesOf(values, STATES))
    exposition.one(LATENCY, secondsIn(values.get('duration_us')))
    exposition.one(CPU, cpuIn(values))
    // Release 37 has another name for it.
    const clients = values.get('num_client_connections') ?? values.get('num_clients')
    exposition.one(CLIENTS, numberIn(clients))
    for (const [name, family] of OF_STATS) exposition.one(family, numberIn(values.get(name)))
    const md5 = digestIn(digest)
    if (md5 !== undefined) exposition.one(DIGEST, '1', labelText({ digest: md5 }))
    exposeServers(servers, exposition, target)
    // Without it, whatever answers is not mcrouter: memcached says neither.
    return values.has('num_servers') && values.has('commandargs')
  },
}

/** Statistics of a family, each with its label. */
type Labelled = readonly (readonly [statistic: string, label: string])[]

function labelled(label: string, before: string, after: string, values: readonly string[]): Labelled {
  return values.map((value) => [`${before}${value}${after}`, labelText({ [label]: value })])
}

function samplesOf(values: ReadonlyMap<string, string>, statistics: Labelled): Sample[] {
  return statistics.flatMap(([statistic, label]): Sample[] => {
    const number = numberIn(values.get(statistic))
    return number === undefined ? [] : [[label, number]]
  })
}

function startIn(values: ReadonlyMap<string, string>): string | undefined {
  const [time, uptime] = [sumOf(values.get('time')), sumOf(values.get('uptime'))]
  return time === undefined || uptime === undefined ? undefined : textOf(time - uptime)
}

/** Of the error that made it so there are two kinds (FailoverRoute.h): a dead server, and all others. */
function failoversIn(values: ReadonlyMap<string, string>): string | undefined {
  const names = ['failover_policy_result_error', 'failover_policy_tko_error']
  return textOf(sumOf(...names.map((name) => values.get(name))))
}

function cpuIn(values: ReadonlyMap<string, string>): string | undefined {
  return textOf(sumOf(values.get('rusage_user'), values.get('rusage_system')))
}

/** Of `VALUE __mcrouter__.config_md5_digest 0 32` and the digest. */
function digestIn([, line = '']: readonly string[]): string | undefined {
  return /^[0-9a-f]{32}$/.test(line) ? line : undefined
}
