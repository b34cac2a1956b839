/**
 * What a router is answered for `stats all`, `stats servers` and its digest: as long as a real one's (mcrouter v2026.08.17: 307 lines,
 * 8 KB), with the statistics that are told among them.
 */
export function routerAnswer(servers: number): string {
  const operations = ['get', 'set', 'delete', 'add', 'incr', 'touch', 'cas', 'append', 'gets', 'metaget']
  const failures = [
    'error',
    'tko',
    'busy',
    'connect_error',
    'connect_timeout',
    'data_timeout',
    'local_error',
    'remote_error',
  ]
  const told = [
    'version 2026.08.17.00 mcrouter',
    'commandargs --port=5000 --config-file=/etc/mcrouter/config.json --num-proxies=2',
    ...[
      'time 1795963655',
      'uptime 655',
      'num_servers 6',
      'num_servers_up 6',
      'num_servers_down 0',
      'num_servers_new 0',
    ],
    ...[
      'num_servers_closed 0',
      'num_suspect_servers 0',
      'num_client_connections 12',
      'proxy_reqs_processing 1',
    ],
    ...[
      'proxy_reqs_waiting 0',
      'ps_rss 15700000',
      'rusage_user 1.25',
      'rusage_system 0.5',
      'duration_us 25.458',
    ],
    ...['config_failures 0', 'config_last_attempt 1795963600', 'config_last_success 1795963600'],
    ...['failover_policy_result_error 0', 'failover_policy_tko_error 0', 'failover_all_failed_count 0'],
    ...operations.map((operation) => `cmd_${operation}_count 123456`),
    ...failures.flatMap((failure) => [`result_${failure}_count 12`, `result_${failure}_all_count 34`]),
  ]
  const others = Array.from({ length: 307 - told.length }, (_, index) => `some_other_statistic_${index} 0`)
  const lines = [...told, ...others].map((line) => `STAT ${line}\r\n`)
  const seen = Array.from({ length: servers }, (_, index) => serverLine(index))
  const digest = `VALUE __mcrouter__.config_md5_digest 0 32\r\n${'0123456789abcdef'.repeat(2)}\r\n`
  return `${lines.join('')}END\r\n${seen.join('')}END\r\n${digest}END\r\n`
}

function serverLine(index: number): string {
  const name = `cache-memcached-${index}.cache-memcached.default.svc.cluster.local:11211:ascii:plain:notcompressed-500`
  const results = 'deleted:48 touched:9 found:106123 notfound:7245 stored:37190'
  return `STAT ${name} avg_latency_us:302.5 pending_reqs:0 inflight_reqs:0 avg_retrans_ratio:0 up:2; ${results}\r\n`
}
