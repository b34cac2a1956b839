import { readFileSync } from 'node:fs'
import { Answers } from '../../exporter/answers.ts'
import { Exposition } from '../../exporter/exposition/exposition.ts'
import { MODULES, type ModuleName } from '../../exporter/modules/modules.ts'
import type { Target } from '../../exporter/targets/target.ts'

const CACHE = {
  namespace: 'shop',
  mcrouter: 'cache',
  host: '127.0.0.1',
  layouts: new Map([
    ['main', { shards: 2, copies: 2 }],
    ['users', { shards: 1, copies: 3 }],
  ]),
}

export const SERVER: Target = {
  ...CACHE,
  port: 11211,
  tls: false,
  tlsPort: 0,
  place: { pool: 'main', shard: 1, copy: 0 },
}
export const ROUTER: Target = { ...CACHE, port: 5000, tls: false, tlsPort: 0, place: undefined }

/** What a memcached 1.6.18 answered to what it is asked. */
export const MEMCACHED = readFileSync(
  new URL('../fixtures/exporters/memcached-1.6.18.txt', import.meta.url),
  'latin1',
)

/** Names and numbers are of mcrouter v2026.08.17; nobody recorded a whole answer of it. */
export const MCROUTER = [
  'STAT version 2026.08.17.00 mcrouter',
  'STAT commandargs -p 5000 --config-file=/etc/mcrouter/config.json',
  'STAT pid 7',
  'STAT time 1795963655',
  'STAT uptime 655',
  'STAT num_servers 6',
  'STAT num_servers_new 1',
  'STAT num_servers_up 4',
  'STAT num_servers_down 1',
  'STAT num_servers_closed 0',
  'STAT num_suspect_servers 1',
  'STAT num_client_connections 3',
  'STAT cmd_get_count 500',
  'STAT cmd_get 31.5',
  'STAT cmd_set_count 301',
  'STAT cmd_lease_get_count 0',
  'STAT result_tko_count 157',
  'STAT result_tko_all_count 159',
  'STAT result_connect_error_all_count 1',
  'STAT failover_policy_result_error 2',
  'STAT failover_policy_tko_error 137',
  'STAT failover_all_failed_count 20',
  'STAT failover_all 34.25',
  'STAT duration_us 25.458',
  'STAT proxy_reqs_processing 1',
  'STAT proxy_reqs_waiting 0',
  'STAT ps_rss 15700000',
  'STAT rusage_user 1.25',
  'STAT rusage_system 0.5',
  'STAT config_failures 1',
  'STAT config_last_attempt 1795963600',
  'STAT config_last_success 1795963500',
  'END',
  'STAT cache-memcached-0.cache-memcached.shop.svc.cluster.local:11211:ascii:plain:notcompressed-500 avg_latency_us:302.5 pending_reqs:0 inflight_reqs:0 avg_retrans_ratio:0 max_retrans_ratio:0 min_retrans_ratio:0 up:2; deleted:48 found:106 notfound:72 stored:371 exists:2',
  'STAT cache-memcached-3.cache-memcached.shop.svc.cluster.local:11211:ascii:plain:notcompressed-500 avg_latency_us:0 pending_reqs:0 inflight_reqs:0 hard_tko;  new:1 down:1; connect_error:1',
  'STAT cache-memcached-users-2.cache-memcached-users.shop.svc.cluster.local:11211:ascii:plain:notcompressed-500 avg_latency_us:14270 pending_reqs:0 inflight_reqs:0 soft_tko;  up:1; timeout:3',
  'STAT 10.8.0.4:11211:ascii:ssl:notcompressed-500 avg_latency_us:9 pending_reqs:0 inflight_reqs:0 up:1; found:1',
  'END',
  'VALUE __mcrouter__.config_md5_digest 0 32',
  '0123456789abcdef0123456789abcdef',
  'END',
  '',
].join('\r\n')

/** What a module tells of a pod that answers so. */
export function exposed(
  name: ModuleName,
  text: string,
  target = name === 'mcrouter' ? ROUTER : SERVER,
): string {
  const module = MODULES[name]
  const answers = new Answers(module.requests.length, module.limits)
  if (!answers.take(text)) throw new Error('the answers are not complete')
  const exposition = new Exposition(`namespace="${target.namespace}"`)
  module.expose(answers.complete, exposition, target)
  return exposition.text
}
