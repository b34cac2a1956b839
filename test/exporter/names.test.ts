import { readFileSync } from 'node:fs'
import t, { type Test } from 'tap'
import { MODULES } from '../../exporter/modules/modules.ts'
import { lint, skipWithout } from '../monitoring/prometheus-tools.ts'
import { exposed, MCROUTER, MEMCACHED } from './target.ts'

// The names that others have given the same, and what Prometheus' own tool says of ours.

const LABELS_OF_OURS = ['namespace']
const FILES = new URL('../fixtures/exporters/', import.meta.url)

interface Known {
  readonly type?: string
  readonly labels: readonly string[]
}

function known(file: string): Map<string, Known> {
  return new Map(Object.entries(JSON.parse(readFileSync(new URL(file, FILES), 'utf8')).metrics))
}

/** Each metric of a text with its type and the labels of its samples. */
function metricsIn(text: string): Map<string, { type: string; labels: readonly string[] }> {
  const types = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)]
  return new Map(
    types.map(([, name = '', type = '']) => {
      const [, labels = ''] = new RegExp(`^${name}\\{(.*)\\} \\S+$`, 'm').exec(text) ?? []
      const named = [...labels.matchAll(/(\w+)="/g)].map(([, label = '']) => label)
      return [name, { type, labels: named.filter((label) => !LABELS_OF_OURS.includes(label)) }]
    }),
  )
}

/** All that there is: with the option temp_lru as well. */
const ALL = MEMCACHED.replace('STAT items:1:age', 'STAT items:1:number_temp 0\r\nSTAT items:1:age')
const memcached = metricsIn(`${MODULES.memcached.up.head}${exposed('memcached', ALL)}`)
const mcrouter = metricsIn(`${MODULES.mcrouter.up.head}${exposed('mcrouter', MCROUTER)}`)

t.test("of memcached, all are memcached_exporter's, with their types and labels", async (t) => {
  const theirs = known('memcached_exporter.json')
  for (const [name, { type, labels }] of memcached) {
    t.equal(type, theirs.get(name)?.type, name)
    if (name !== 'memcached_up') t.strictSame(labels, theirs.get(name)?.labels, name)
  }
  // No server of ours keeps items on disk or is a proxy (schemas/options/memcached-options.ts).
  const missing = [...theirs.keys()].filter((name) => !memcached.has(name))
  t.strictSame(
    missing.filter((name) => !/^memcached_(extstore|proxy)_|_round_robin_|_unexpected_napi_/.test(name)),
    [],
  )
})

/** Of mcrouter_exporter's, what each is called here, or why it is not told. */
const OTHERWISE: Readonly<Record<string, string>> = {
  mcrouter_command_count: 'mcrouter_commands_total',
  mcrouter_result_count: 'mcrouter_results_total',
  mcrouter_result_all_count: 'mcrouter_results_all_total',
  mcrouter_config_failures: 'mcrouter_config_failures_total',
  mcrouter_duration_us: 'mcrouter_request_duration_avg_seconds',
  mcrouter_proxy_reqs_processing: 'mcrouter_requests_in_flight',
  mcrouter_proxy_reqs_waiting: 'mcrouter_requests_waiting',
  mcrouter_clients: 'mcrouter_client_connections',
  mcrouter_server_duration_us: 'mcrouter_server_latency_seconds',
  mcrouter_server_memcached_tko: 'mcrouter_server_down',
  mcrouter_commandargs: 'flags are in the Deployment',
  mcrouter_dev_null_requests: 'no route of ours',
  mcrouter_asynclog_requests: 'nothing is logged',
  mcrouter_fibers_allocated: 'tells nobody anything',
  mcrouter_virtual_memory_bytes: 'tells nobody anything',
  mcrouter_request_count: 'counts the questions of the exporter, too',
  mcrouter_server_proxy_reqs_processing: 'the sum of all servers is told',
  mcrouter_server_proxy_reqs_waiting: 'the sum of all servers is told',
  mcrouter_server_proxy_reqs_retrans_ratio: 'not measured by a router of ours',
}
const RATE =
  /^mcrouter_(commands|command_out(_failover|_shadow|_all|_count)?|request|results|result_(failover|shadow|all))$/
const REPLY = /^mcrouter_server_memcached_(\w+)_count$/

/** What is told of a server by whose router each of these results was had seven times. */
function repliesTold(results: readonly string[]): ReadonlySet<string> {
  const words = results.map((result) => `${result}:7`).join(' ')
  const text = exposed('mcrouter', MCROUTER.replace(' up:1; found:1', ` up:1; ${words}`))
  const told = text.matchAll(/^mcrouter_server_replies_total\{.*server="10\.8\.0\.4:.*result="(\w+)"\} 7$/gm)
  return new Set([...told].map(([, result = '']) => result))
}

t.test("of mcrouter, each of mcrouter_exporter's is told, is told otherwise, or is a rate", async (t) => {
  const theirs = known('mcrouter_exporter.json')
  // Theirs are mcrouter's, but for the _ in not_stored and not_found.
  const results = [...theirs.keys()].flatMap((name) => REPLY.exec(name)?.[1]?.replace('not_', 'not') ?? [])
  t.equal(results.length, 10)
  t.strictSame([...repliesTold([...results, 'made_up'])].toSorted(), results.toSorted())
  for (const [name, { labels }] of theirs) {
    if (REPLY.test(name)) continue
    if (RATE.test(name)) t.notOk(mcrouter.has(name), `${name} is a rate`)
    else if (OTHERWISE[name] !== undefined) t.notOk(mcrouter.has(name), name)
    else if (name !== 'mcrouter_up') t.strictSame(mcrouter.get(name)?.labels, labels, name)
  }
  for (const name of Object.values(OTHERWISE).filter((one) => one.startsWith('mcrouter_')))
    t.ok(mcrouter.has(name), name)
})

/** What promtool has against memcached_exporter's names, which are as they are. */
const THEIRS = [
  'memcached_uptime_seconds counter metrics should have "_total" suffix',
  'memcached_slab_items_evicted_time_seconds counter metrics should have "_total" suffix',
  'memcached_slab_items_moves_to_cold counter metrics should have "_total" suffix',
  'memcached_slab_items_moves_to_warm counter metrics should have "_total" suffix',
  'memcached_slab_items_moves_within_lru counter metrics should have "_total" suffix',
]

t.test('promtool finds nothing wrong', { skip: skipWithout('promtool') }, async (t: Test) => {
  t.strictSame(await lint(exposed('mcrouter', MCROUTER)), [])
  t.strictSame((await lint(exposed('memcached', ALL))).toSorted(), THEIRS.toSorted())
  t.match(await lint('broken{ 1\n'), /error/, 'it would say so')
})
