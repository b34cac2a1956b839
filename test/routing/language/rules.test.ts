import t from 'tap'
import { flagsFor } from '../../../routing/flags.ts'
import { routedOperations } from '../../../routing/language/operations.ts'
import { serverNames } from '../../../routing/servers.ts'
import { judge } from '../../../schemas/validation/judge.ts'
import { resizeWarning } from '../../../schemas/validation/resize-warning.ts'
import { mcrouterWith } from '../../../testing/mcrouter.ts'
import { A_SERVER, messages, POOLS, refused, warnings } from './checked-config.ts'

/** The rules that a configuration, and what is around it, is held to: where mcrouter takes what it should not, each is ours. */

t.test('rule 1: sizes have bounds', async (t) => {
  for (const memcached_pool_size of [0, 1001, 1.5])
    t.same(refusedSpec({ memcached_pool_size }), ['memcached_pool_size'])
  t.same(refusedSpec({ pool_setup: 'replicatd' }), ['pool_setup'])
})

t.test('rule 2: a pool changes at its end, and a change says how many keys move', async (t) => {
  const [pool] = mcrouterWith().pools
  const names = (count: number) => serverNames(mcrouterWith(), pool, count, 'cluster.local')
  t.same(names(4).slice(0, 3), names(3))
  t.match(resizeWarning(3, 4, 'sharded'), /about 25 % of the keys/)
})

t.test('rule 3: a server is a host and a port', async (t) => {
  const server = (text: unknown) => refused({ pools: { own: { servers: [text] } }, route: 'PoolRoute|own' })
  const right = [
    'a:1',
    'a.b-c.d:65535',
    '10.0.0.1:11211',
    '[::1]:11211',
    'a:11211:ascii',
    'a:11211:ascii:ssl:compressed',
  ]
  for (const text of right) t.same(server(text), [], text)
  const wrong = [
    'a',
    '::1:11211',
    '[::g]:1',
    'a:0',
    'a:011211',
    'a: 11211',
    'a b:1',
    'a:1:binary',
    'a:1:ascii:tls',
    'unix:/x',
    7,
  ]
  for (const text of wrong) t.same(server(text), ['pools.own.servers[0]'], `${text}`)
})

t.test('rule 4: no text is another to mcrouter than it looks', async (t) => {
  for (const text of ['100% full', '@home', 'a\\b', 'a\nb', '@import(/etc/passwd)', '%default-cluster%']) {
    t.same(refused({ route: { type: 'ErrorRoute', response: text } }), ['route.response'], text)
    t.same(refused({ pools: { [text]: { servers: [A_SERVER] } }, route: 'NullRoute' }).length, 1, text)
  }
  for (const text of ['50\\% off', '\\@home', 'a\\\\b', 'me@home']) {
    t.same(refused({ route: { type: 'ErrorRoute', response: text } }), [], text)
  }
  for (const name of ['a|b', 'NullRoute', 'if', 'a b', '', 'x'.repeat(201)]) {
    const pools = { [name]: { servers: [A_SERVER] } }
    t.match(refused({ pools, route: 'NullRoute' }), [/^pools/], name)
    t.match(refused({ named_handles: [{ type: 'NullRoute', name }], route: 'NullRoute' }), [/name$/], name)
  }
  const twice = [
    { type: 'NullRoute', name: 'x' },
    { type: 'ErrorRoute', name: 'x' },
  ]
  t.same(refused({ named_handles: twice, route: 'x' }), ['named_handles[1].name'])
  const inside = { type: 'AllSyncRoute', name: 'x', children: [{ type: 'NullRoute', name: 'x' }] }
  t.same(refused({ route: inside }), ['route.children[0].name'])
})

t.test(
  'rule 5: every pool exists, is looked at, and inherits from no pool that inherits from it',
  async (t) => {
    t.match(messages({ route: 'PoolRoute|maain' }), [
      /"maain": no such pool; pools: "main", "spare"; did you mean main\?/,
    ])
    t.same(refused({ pools: { own: { servers: 'x' } }, route: 'NullRoute' }), ['pools.own.servers'])
    t.match(warnings({ route: 'PoolRoute|main' }), [/reach servers/, /no route leads to the pool "spare"/])
    const cycle = { a: { inherit: 'b', servers: [A_SERVER] }, b: { inherit: 'a', servers: [A_SERVER] } }
    t.same(refused({ pools: cycle, route: 'PoolRoute|a' }), ['pools.a.inherit', 'pools.b.inherit'])
    const inside = { type: 'PoolRoute', pool: { name: 'own', servers: [A_SERVER] } }
    t.same(refused({ route: inside }), [])
    t.same(refused({ route: { type: 'AllSyncRoute', children: [inside, { ...inside }] } }), [
      'route.children[1].pool.name',
    ])
    const unused = { named_handles: { x: 'PoolRoute|spare' }, route: 'PoolRoute|main' }
    t.match(warnings(unused).join(), /no route leads to the handle "x"/)
    const tracker = (tko_tracker: object) => ({
      pools: { own: { servers: [A_SERVER], tko_tracker } },
      route: 'PoolRoute|own',
    })
    const bounds = { num_tko_threshold_upper: 1, num_tko_threshold_lower: 2 }
    t.same(refused(tracker(bounds)), ['pools.own.tko_tracker.num_tko_threshold_lower'])
    t.same(refused(tracker({ ...bounds, num_tko_threshold_lower: 1 })), [])
    const toItself = { own: { servers: [A_SERVER, { type: 'PoolRoute', pool: 'own' }] } }
    t.same(refused({ pools: toItself, route: 'PoolRoute|own' }), ['pools.own.servers[1].pool'])
    const named = {
      pools: { a: { servers: [{ type: 'AllSyncRoute', children: 'x' }] }, b: { servers: [A_SERVER] } },
    }
    t.same(
      refused({ ...named, named_handles: { x: 'PoolRoute|b' }, route: 'PoolRoute|a' }),
      [],
      'in whatever order',
    )
    t.same(refused({ pools: { own: { type: 'Pool', servers: [A_SERVER] } }, route: 'PoolRoute|own' }), [
      'pools.own.type',
    ])
    t.same(refused({ pools: { own: {} }, route: 'PoolRoute|own' }), ['pools.own.servers'])
    t.same(refused({ route: { type: 'PoolRoute', pool: { servers: [A_SERVER] } } }), ['route.pool.name'])
    t.same(
      refused({ pools: { own: { inherit: 'main' } }, route: 'PoolRoute|own' }),
      [],
      'servers of the operator',
    )
    t.same(refused({ pools: { main: { servers: [A_SERVER] } }, route: 'PoolRoute|main' }), ['pools.main'])
    t.same(refused({ pools: { 'memcached-0': { servers: [A_SERVER] } }, route: 'NullRoute' }), [
      'pools["memcached-0"]',
    ])
  },
)

t.test('rule 6: one of route and routes, each alias once, the default route among them', async (t) => {
  t.same(refused({}), ['route'])
  t.same(refused({ route: 'NullRoute', routes: { '/././': 'NullRoute' } }), ['routes'])
  t.same(refused({ routes: { '/a/b/': 'NullRoute' } }), ['routes'])
  t.same(refused({ routes: { '/././': 'NullRoute', '/a/b': 'NullRoute' } }), ['routes["/a/b"]'])
  const route = 'NullRoute'
  t.same(refused({ routes: [{ aliases: ['/././', '/a/b/', '/a/b/'], route }] }), ['routes[0].aliases[2]'])
  t.same(refused({ routes: { '/a/b/': 'NullRoute' } }, { defaultRoute: '/a/b/' }), [])
})

t.test('rule 7: prefixes stand at the root, with something for the rest', async (t) => {
  const selector = (policies: object, wildcard?: unknown) => ({
    type: 'PrefixSelectorRoute',
    policies,
    wildcard,
  })
  const inside = { type: 'AllSyncRoute', children: [selector({}, 'NullRoute')] }
  t.same(refused({ route: inside }), ['route.children[0].type'])
  t.same(refused({ route: selector({ 'a:': 'PoolRoute|main' }) }), ['route.wildcard'])
  for (const prefix of ['', 'a b', 'x'.repeat(251), '/a/b/', '__mcrouter__.', 'a|#|']) {
    t.match(refused({ route: selector({ [prefix]: 'NullRoute' }, 'NullRoute') }), [/^route.policies/], prefix)
  }
  const shadowed = selector({ 'user:': 'NullRoute', 'user:1': 'NullRoute' }, 'NullRoute')
  t.match(warnings({ route: shadowed }, []), [/begin with "user:1" begin with "user:" too/])
})

t.test('rule 8: operations are those of the release, and each has a policy', async (t) => {
  const selector = (more: object) => ({ route: { type: 'OperationSelectorRoute', ...more } })
  t.match(messages(selector({ operation_policies: { get: 'PoolRoute|main' } })), [
    /gets, gat, gats, set, add/,
  ])
  t.same(refused(selector({ default_policy: 'PoolRoute|main' })), [])
  const gat = selector({ default_policy: 'PoolRoute|main', operation_policies: { gat: 'NullRoute' } })
  t.same(refused(gat), [])
  t.same(refused(gat, { release: '37' }), ['route.operation_policies.gat'])
  const wrong = selector({ default_policy: 'NullRoute', operation_policies: { flush_all: 'NullRoute' } })
  t.match(messages(wrong), [/"flush_all": supported values: [^;]*$/])
  t.notMatch(messages(wrong).join(), /flushall|flushre/)
  for (const unrouted of ['flushall', 'flushre']) {
    const policies = { default_policy: 'NullRoute', operation_policies: { [unrouted]: 'NullRoute' } }
    t.match(messages(selector(policies)), [/goes to every server of every pool, whatever the routes say/])
  }
  const each = Object.fromEntries(
    routedOperations('current').map((operation) => [operation, 'PoolRoute|main']),
  )
  t.same(refused(selector({ operation_policies: each })), [], 'without a default, and complete')
  const groups = { type: 'RoutingGroupRoute', routing_group_policies: { get_like: 'NullRoute' } }
  t.same(refused({ route: groups }), ['route.default_policy'])
})

t.test('rule 9: whoever takes a replicated pool is told what goes wrong with it', async (t) => {
  const over = (type: string) => warnings({ route: `${type}|Pool|main` }).join('\n')
  t.match(over('AllSyncRoute'), /metaget, lease-get, lease-set reach servers/)
  t.match(over('AllSyncRoute'), /cas, incr, decr can reach more than one server/)
  t.notMatch(over('AllSyncRoute'), /an add/)
  t.notMatch(over('AllMajorityRoute'), /an add/)
  t.match(over('AllInitialRoute'), /an add through AllInitialRoute can be won by two/)
  t.match(over('AllFastestRoute'), /set, delete through AllFastestRoute/)
  const closed = 'ErrorRoute|memcached has none'
  const policies = { metaget: closed, 'lease-get': closed, 'lease-set': closed }
  const route = {
    type: 'OperationSelectorRoute',
    default_policy: 'PoolRoute|main',
    operation_policies: policies,
  }
  t.same(warnings({ route }, [POOLS[0] ?? { name: '', servers: 0 }]), [])
})

t.test('rule 10: timeouts are milliseconds from 1 to 1000000', async (t) => {
  for (const option of ['server_timeout', 'connect_timeout']) {
    for (const value of [0, -1, 1_000_001, '500', 1.5, null]) {
      const pools = { own: { servers: [A_SERVER], [option]: value } }
      t.same(refused({ pools, route: 'PoolRoute|own' }), [`pools.own.${option}`], `${option} ${value}`)
    }
  }
  const pools = { own: { servers: [A_SERVER], server_timeout: 100, connect_timeout: 200 } }
  t.match(
    warnings({ pools, route: 'PoolRoute|own' }).join(),
    /to connect may take 200 ms, longer than an answer, 100 ms/,
  )
})

t.test('rule 16: ports need no privilege', async (t) => {
  t.same(refusedSpec({ mcrouter_port: 80 }), ['mcrouter_port'])
  t.same(refusedSpec({ memcached_port: 65_536 }), ['memcached_port'])
})

t.test('rule 17: the release decides what a configuration may hold, and no tag does', async (t) => {
  const salted = {
    type: 'SaltedFailoverRoute',
    pool: 'main',
    failover_policy: { type: 'LeastFailuresPolicy', max_tries: 2 },
  }
  t.same(refused({ route: salted }, { release: '40' }), ['route.type'])
  t.same(refused({ route: salted }, { release: '41' }), [])
  const umbrella = { pools: { own: { servers: [A_SERVER], protocol: 'umbrella' } }, route: 'PoolRoute|own' }
  t.same(refused(umbrella, { release: '37' }), [])
  t.same(refused(umbrella), ['pools.own.protocol'])
  const ch4 = {
    route: { type: 'PoolRoute', pool: 'main', hash: { hash_func: 'WeightedCh4', weights: [1, 1, 1] } },
  }
  t.same(refused(ch4, { release: '41' }), [])
  t.same(refused(ch4), ['route.hash.hash_func'])
})

t.test('rule 18: proxy threads are given, and probes do not slow down', async (t) => {
  const flags = flagsFor(mcrouterWith({ routers: { resources: { requests: {}, limits: { cpu: '1500m' } } } }))
  t.ok(flags.includes('--num-proxies=2'))
  const milliseconds = (name: string) => Number(flags.find((flag) => flag.startsWith(name))?.split('=')[1])
  t.ok(milliseconds('--probe-timeout-initial') <= milliseconds('--probe-timeout-max'))
})

t.test('rule 19: the configuration is in a directory of its own, and nothing is left on disk', async (t) => {
  const flags = flagsFor(mcrouterWith())
  for (const flag of [
    '--config-file=/etc/mcrouter/config.json',
    '--asynclog-disable',
    '--config-dump-root=',
  ]) {
    t.ok(flags.includes(flag), flag)
  }
  const named = { route: { type: 'PoolRoute', pool: 'main', asynclog_name: 'x' } }
  t.match(messages(named), [/routers run with --asynclog-disable/])
})

t.test("rule 20: names leave room, and keys of mcrouter itself are nobody else's", async (t) => {
  t.same(judge(specimen({}, 'n'.repeat(43)), { source: 'file' }).accepted, false)
  t.same(judge(specimen({}, 'n'.repeat(42)), { source: 'file' }).accepted, true)
  const selector = {
    type: 'PrefixSelectorRoute',
    policies: { '__mcrouter__.x': 'NullRoute' },
    wildcard: 'NullRoute',
  }
  t.same(refused({ route: selector }).length, 1)
})

function specimen(spec: object, name = 'cache') {
  return {
    apiVersion: 'mcrouter.example.com/v1alpha3',
    kind: 'Mcrouter',
    metadata: { name, namespace: 'shop' },
    spec,
  }
}

function refusedSpec(spec: object): string[] {
  const judgement = judge(specimen(spec), { source: 'file' })
  return judgement.accepted ? [] : judgement.violations.map(({ path }) => path.replace('spec.', ''))
}
