import { statisticsIn, versionIn } from '../../process/statistics.ts'
import type { Exposition, Sample } from '../exposition/exposition.ts'
import { counter, type Family, gauge } from '../exposition/family.ts'
import { labelText } from '../exposition/labels.ts'
import { numberIn } from '../exposition/numbers.ts'
import { setsIn } from './memcached-sets.ts'
import { exposeSlabs } from './memcached-slabs.ts'
import type { Module } from './module.ts'

// Names, types and labels are those of memcached_exporter, so that its dashboards and alerts fit:
// https://github.com/prometheus/memcached_exporter, pkg/exporter/exporter.go at 0cbb0fb. What the statistics mean:
// https://github.com/memcached/memcached/blob/master/doc/protocol.txt

const VERSION = gauge('memcached_version', 'The release of this memcached server.')
const COMMANDS = counter('memcached_commands_total', 'Requests by command and what came of them.')

/** What `stats` says, by its names. */
const OF_STATS: readonly (readonly [statistic: string, family: Family])[] = [
  ['uptime', counter('memcached_uptime_seconds', 'Seconds since the server started.')],
  ['time', gauge('memcached_time_seconds', 'Unix time of the server.')],
  ['rusage_user', counter('memcached_process_user_cpu_seconds_total', 'CPU time in user mode.')],
  ['rusage_system', counter('memcached_process_system_cpu_seconds_total', 'CPU time in the kernel.')],
  ['bytes', gauge('memcached_current_bytes', 'Bytes that items take.')],
  ['limit_maxbytes', gauge('memcached_limit_bytes', 'Bytes that items may take.')],
  ['curr_items', gauge('memcached_current_items', 'Items stored now.')],
  ['total_items', counter('memcached_items_total', 'Items stored since the start.')],
  ['bytes_read', counter('memcached_read_bytes_total', 'Bytes read from the network.')],
  ['bytes_written', counter('memcached_written_bytes_total', 'Bytes written to the network.')],
  ['curr_connections', gauge('memcached_current_connections', 'Connections that are open.')],
  ['total_connections', counter('memcached_connections_total', 'Connections opened since the start.')],
  [
    'rejected_connections',
    counter('memcached_connections_rejected_total', 'Connections refused because there were too many.'),
  ],
  [
    'conn_yields',
    counter('memcached_connections_yielded_total', 'Times that a connection gave way to others (-R).'),
  ],
  [
    'listen_disabled_num',
    counter('memcached_connections_listener_disabled_total', 'Times that no connection was accepted.'),
  ],
  ['evictions', counter('memcached_items_evicted_total', 'Valid items removed to make room for others.')],
  ['reclaimed', counter('memcached_items_reclaimed_total', 'Items stored in the memory of an expired one.')],
  [
    'store_too_large',
    counter('memcached_item_too_large_total', 'Items refused because they were too large.'),
  ],
  ['store_no_memory', counter('memcached_item_no_memory_total', 'Items refused for want of memory.')],
  ['lru_crawler_starts', counter('memcached_lru_crawler_starts_total', 'Times that the LRU crawler began.')],
  [
    'direct_reclaims',
    counter('memcached_direct_reclaims_total', 'Times that a worker had to make room itself.'),
  ],
  [
    'crawler_items_checked',
    counter('memcached_lru_crawler_items_checked_total', 'Items looked at by the LRU crawler.'),
  ],
  ['crawler_reclaimed', counter('memcached_lru_crawler_reclaimed_total', 'Items freed by the LRU crawler.')],
  ['moves_to_cold', counter('memcached_lru_crawler_moves_to_cold_total', 'Items moved to the COLD LRU.')],
  ['moves_to_warm', counter('memcached_lru_crawler_moves_to_warm_total', 'Items moved to the WARM LRU.')],
  [
    'moves_within_lru',
    counter('memcached_lru_crawler_moves_within_lru_total', 'Items moved within the HOT or the WARM LRU.'),
  ],
  ['total_malloced', gauge('memcached_malloced_bytes', 'Bytes allocated to pages of slabs.')],
  ['accepting_conns', gauge('memcached_accepting_connections', 'Whether connections are accepted.')],
]

/** What `stats settings` says, by its names. */
const OF_SETTINGS: readonly (readonly [setting: string, family: Family])[] = [
  ['maxconns', gauge('memcached_max_connections', 'Connections that there may be.')],
]

/** Those that mean something only while the LRU crawler is on. */
const OF_CRAWLER: readonly (readonly [setting: string, family: Family])[] = [
  ['lru_crawler', gauge('memcached_lru_crawler_enabled', 'Whether the LRU crawler is on.')],
  ['lru_crawler_sleep', gauge('memcached_lru_crawler_sleep', 'Microseconds between two items.')],
  ['lru_crawler_tocrawl', gauge('memcached_lru_crawler_to_crawl', 'Items looked at in a run; 0 for all.')],
  [
    'lru_maintainer_thread',
    gauge('memcached_lru_crawler_maintainer_thread', 'Whether the LRU is segmented.'),
  ],
  ['hot_lru_pct', gauge('memcached_lru_crawler_hot_percent', 'Percent of memory for the HOT LRU.')],
  ['warm_lru_pct', gauge('memcached_lru_crawler_warm_percent', 'Percent of memory for the WARM LRU.')],
  [
    'hot_max_factor',
    gauge('memcached_lru_crawler_hot_max_factor', 'Age of HOT as a factor of that of COLD.'),
  ],
  [
    'warm_max_factor',
    gauge('memcached_lru_crawler_warm_max_factor', 'Age of WARM as a factor of that of COLD.'),
  ],
]

export const memcached: Module = {
  up: gauge('memcached_up', 'Whether the server answered.'),
  requests: ['stats', 'stats settings', 'stats items', 'stats slabs'],
  // 63 classes of slabs, each with 28 lines of items and 15 of slabs.
  limits: { bytes: 256 * 1024, lines: 8_192 },
  expose([stats = [], settings = [], items = [], slabs = []], exposition) {
    const slabLines = slabs.filter((line) => line.startsWith('STAT total_malloced '))
    const values = statisticsIn([...stats, ...slabLines])
    const version = versionIn(values)
    if (version !== undefined) exposition.one(VERSION, '1', labelText({ version }))
    exposition.add(COMMANDS, commandsIn(values))
    for (const [name, family] of OF_STATS) exposition.one(family, numberIn(values.get(name)))
    exposeSettings(statisticsIn(settings), exposition)
    exposeSlabs(items, slabs, exposition)
    // Without it, whatever answers is not memcached.
    return values.has('curr_items')
  },
}

const HIT_OR_MISS = ['get', 'delete', 'incr', 'decr', 'cas', 'touch'].flatMap((command) => [
  [`${command}_hits`, labelText({ command, status: 'hit' })] as const,
  [`${command}_misses`, labelText({ command, status: 'miss' })] as const,
])

const OTHER_COMMANDS = [
  ['cas_badval', labelText({ command: 'cas', status: 'badval' })],
  ['cmd_flush', labelText({ command: 'flush', status: 'hit' })],
] as const

const SET = labelText({ command: 'set', status: 'hit' })

function commandsIn(values: ReadonlyMap<string, string>): Sample[] {
  const samples = [...HIT_OR_MISS, ...OTHER_COMMANDS].flatMap(([name, labels]): Sample[] => {
    const value = numberIn(values.get(name))
    return value === undefined ? [] : [[labels, value]]
  })
  const set = setsIn(values, 'cas_misses')
  return set === undefined ? samples : [...samples, [SET, set]]
}

const BOOLEANS: Readonly<Record<string, string>> = { yes: '1', no: '0' }

function exposeSettings(settings: ReadonlyMap<string, string>, exposition: Exposition): void {
  const crawler = settings.get('lru_crawler') === 'yes' ? OF_CRAWLER : []
  for (const [name, family] of [...OF_SETTINGS, ...crawler]) {
    const text = settings.get(name) ?? ''
    exposition.one(family, Object.hasOwn(BOOLEANS, text) ? BOOLEANS[text] : numberIn(text))
  }
}
