import t from 'tap'
import { exposed, MCROUTER } from './target.ts'

const text = exposed('mcrouter', MCROUTER)

function has(sample: string): void {
  t.ok(text.split('\n').includes(sample), sample)
}

/** Answers of a router with these lines of servers. */
function withServers(...lines: readonly string[]): string {
  return `END\r\n${lines.map((line) => `STAT ${line}\r\n`).join('')}END\r\nEND\r\n`
}

t.test('what mcrouter counts', async (t) => {
  has('mcrouter_version{namespace="shop",version="2026.08.17.00 mcrouter"} 1')
  has('mcrouter_start_time_seconds{namespace="shop"} 1795963000')
  has('mcrouter_commands_total{namespace="shop",cmd="get"} 500')
  has('mcrouter_results_total{namespace="shop",result="tko"} 157')
  has('mcrouter_results_all_total{namespace="shop",result="tko"} 159')
  has('mcrouter_failovers_total{namespace="shop"} 139')
  has('mcrouter_failovers_failed_total{namespace="shop"} 20')
  has('mcrouter_servers{namespace="shop",state="up"} 4')
  has('mcrouter_suspect_servers{namespace="shop"} 1')
  has('mcrouter_client_connections{namespace="shop"} 3')
  has('mcrouter_request_duration_avg_seconds{namespace="shop"} 0.000025458')
  has('mcrouter_cpu_seconds_total{namespace="shop"} 1.75')
  has('mcrouter_config_digest_info{namespace="shop",digest="0123456789abcdef0123456789abcdef"} 1')
  t.notMatch(text, '31.5', 'a rate is no counter')
  t.notMatch(text, '34.25', 'nor is this one')
})

t.test('of each server', async () => {
  const main = 'server="cache-memcached-0",pool="main",shard="0",copy="0"'
  has(`mcrouter_server_down{namespace="shop",${main}} 0`)
  has(`mcrouter_server_latency_seconds{namespace="shop",${main}} 0.0003025`)
  has(`mcrouter_server_replies_total{namespace="shop",${main},result="found"} 106`)
  has(`mcrouter_server_replies_total{namespace="shop",${main},result="timeout"} 0`)
  has('mcrouter_server_down{namespace="shop",server="cache-memcached-3",pool="main",shard="1",copy="1"} 1')
  has(
    'mcrouter_server_down{namespace="shop",server="cache-memcached-users-2",pool="users",shard="0",copy="2"} 1',
  )
  has('mcrouter_server_down{namespace="shop",server="10.8.0.4:11211",pool="",shard="",copy=""} 0')
  has('mcrouter_servers_omitted{namespace="shop"} 0')
})

t.test('release 37 has another name for clients', async (t) => {
  t.match(
    exposed('mcrouter', MCROUTER.replace('num_client_connections', 'num_clients')),
    'mcrouter_client_connections{namespace="shop"} 3',
  )
})

t.test('a server that is routed to with two timeouts is one', async (t) => {
  const one = exposed(
    'mcrouter',
    withServers(
      'c.example.com:11211:ascii:plain:notcompressed-500 avg_latency_us:1 up:1; found:2',
      'c.example.com:11211:ascii:plain:notcompressed-900 avg_latency_us:3 soft_tko; up:1; found:5 stored:1',
    ),
  )
  const labels = 'namespace="shop",server="c.example.com:11211",pool="",shard="",copy=""'
  t.match(one, `mcrouter_server_down{${labels}} 1\n`)
  t.match(one, `mcrouter_server_replies_total{${labels},result="found"} 7\n`)
  t.match(one, `mcrouter_server_replies_total{${labels},result="stored"} 1\n`)
})

t.test('only a server of the same Mcrouter, of its namespace, is called as its pod', async (t) => {
  const others = [
    'cache-memcached-0.cache-memcached.other.svc.cluster.local:11211',
    'else-memcached-0.else-memcached.shop.svc.cluster.local:11211',
    'cache-memcached-01.cache-memcached.shop.svc.cluster.local:11211',
    'cache-memcached-1000.cache-memcached.shop.svc.cluster.local:11211',
    'cache-memcached-0.cache-memcached.shop.example.com:11211',
    '[fd00::1]:11211',
  ]
  const text = exposed('mcrouter', withServers(...others.map((name) => `${name}:ascii:plain up:1;`)))
  for (const name of others) t.ok(text.includes(`server="${name}",pool=""`), name)
})

t.test('what is no server has no series', async (t) => {
  for (const name of ['a"} 1', 'a:b', ':1', 'ä:1', `${'x'.repeat(254)}:1`, 'a', '', 'a:1:"'])
    t.notMatch(exposed('mcrouter', withServers(`${name} up:1; found:1`)), 'found', name)
})

t.test('neither has a result that mcrouter does not know', async (t) => {
  const text = exposed('mcrouter', withServers('a:1 found:NaN evil:1 "}:2 stored:-'))
  t.notMatch(text, 'evil')
  t.match(text, /result="found"\} 0/)
})

t.test('so many servers have series, and how many have none is told', async (t) => {
  const names = Array.from({ length: 1_030 }, (_, index) => `c${index}.example.com:11211 up:1; found:1`)
  const text = exposed('mcrouter', withServers(...names))
  t.equal(text.match(/^mcrouter_server_down\{/gm)?.length, 1_024)
  t.match(text, 'mcrouter_servers_omitted{namespace="shop"} 6\n')
})

t.test('whoever repeats long names has too much to say', async (t) => {
  const results = ['notstored', 'exists', 'touched', 'ok', 'busy', 'tko', 'local_error', 'client_error']
  const said = results.map((result) => `${result}:1`).join(' ')
  const names = Array.from({ length: 1_024 }, (_, index) => `${'x'.repeat(240)}${index}:1 ${said}`)
  t.throws(() => exposed('mcrouter', withServers(...names)), { name: 'OversizeError' })
})

t.test('most that a router can have, as docs/monitoring.md says', async (t) => {
  const parts = ['cmd', 'result', 'num', 'config', 'failover', 'rusage', 'ps', 'proxy']
  const words = [
    'get',
    'set',
    'lease_get',
    'flushre',
    'tko',
    'error',
    'busy',
    'servers_up',
    'rss',
    'failures',
    'evil',
  ]
  const ends = ['', '_count', '_all_count', '_total']
  const names = parts.flatMap((part) => words.flatMap((word) => ends.map((end) => `${part}_${word}${end}`)))
  const stats = [...(MCROUTER.split('END')[0]?.split('\r\n') ?? []), ...names.map((name) => `STAT ${name} 1`)]
  const results = ['found', 'stored', 'tko', 'exists', 'evil', 'unknown', 'busy', 'ooo'].map(
    (one) => `${one}:1`,
  )
  const answer = `${stats.filter(Boolean).join('\r\n')}\r\n${withServers(`a:1 up:1; ${results.join(' ')}`)}`
  const series = exposed('mcrouter', answer)
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
  const ofServers = series.filter((line) => line.includes('server="'))
  t.ok(series.length - ofServers.length <= 60 - 1)
  t.ok(ofServers.length <= 25)
})
