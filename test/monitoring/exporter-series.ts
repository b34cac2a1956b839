/** What a series of the exporter is, beside the labels that say whose it is. */
export interface Family {
  readonly name: string
  readonly type: 'counter' | 'gauge'
  /** Those of each series. */
  readonly labels: readonly Readonly<Record<string, string>>[]
}

const counter = (name: string, ...labels: Family['labels']): Family => ({
  name,
  type: 'counter',
  labels: labels.length > 0 ? labels : [{}],
})
const gauge = (name: string, ...labels: Family['labels']): Family => ({
  name,
  type: 'gauge',
  labels: labels.length > 0 ? labels : [{}],
})
const each = (label: string, ...values: readonly string[]) => values.map((value) => ({ [label]: value }))

/** Of a router with these servers. */
export function routerSeries(servers: readonly Readonly<Record<string, string>>[]): Family[] {
  return [
    gauge('mcrouter_up'),
    counter('mcrouter_commands_total', ...each('cmd', 'get', 'set')),
    counter('mcrouter_results_total', ...each('result', 'error', 'tko', 'data_timeout')),
    counter('mcrouter_failovers_total'),
    counter('mcrouter_failovers_failed_total'),
    gauge('mcrouter_suspect_servers'),
    gauge('mcrouter_requests_in_flight'),
    gauge('mcrouter_requests_waiting'),
    gauge('mcrouter_client_connections'),
    gauge('mcrouter_request_duration_avg_seconds'),
    gauge('mcrouter_resident_memory_bytes'),
    counter('mcrouter_cpu_seconds_total'),
    counter('mcrouter_config_failures_total'),
    gauge('mcrouter_config_digest_info', { digest: 'd41d8cd98f00b204e9800998ecf8427e' }),
    gauge('mcrouter_server_down', ...servers),
    gauge('mcrouter_server_latency_seconds', ...servers),
    counter(
      'mcrouter_server_replies_total',
      ...servers.flatMap((server) =>
        each('result', 'found', 'timeout').map((result) => ({ ...server, ...result })),
      ),
    ),
  ]
}

export const SERVER_SERIES: readonly Family[] = [
  gauge('memcached_up'),
  counter('memcached_uptime_seconds'),
  counter('memcached_commands_total', { command: 'get', status: 'hit' }, { command: 'get', status: 'miss' }),
  counter('memcached_items_evicted_total'),
  gauge('memcached_current_bytes'),
  gauge('memcached_limit_bytes'),
  gauge('memcached_current_connections'),
  gauge('memcached_max_connections'),
  counter('memcached_slab_items_evicted_total', { slab: '5' }),
  counter('memcached_slab_items_outofmemory_total', { slab: '5' }),
  gauge('memcached_slab_items_age_seconds', { slab: '5' }),
  counter('memcached_slab_items_evicted_time_seconds', { slab: '5' }),
  gauge('memcached_slab_mem_requested_bytes', { slab: '5' }),
  gauge('memcached_slab_chunks_used', { slab: '5' }),
  gauge('memcached_slab_chunk_size_bytes', { slab: '5' }),
]
