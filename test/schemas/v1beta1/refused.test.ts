import t from 'tap'
import type { JsonObject } from '../../../schemas/json.ts'
import { said } from './judged.ts'

const OTHERS = [
  { name: 'users', shards: 2 },
  { name: 'spare', shards: 1 },
]

t.test('what people run is accepted', async (t) => {
  for (const spec of [
    {},
    { memcached: { shards: 4, copies: 2, memory: '8Gi', onMiss: 'AskCopies' } },
    {
      memcached: { gutter: { pool: 'spare' } },
      pools: OTHERS,
      prefixes: [{ prefix: 'user:', pool: 'users' }],
    },
    { memcached: { gutter: {} }, pools: [{ name: 'users', gutter: {} }] },
    { memcached: { warmUp: { from: 'old' } }, pools: [{ name: 'old', external: [{ host: '10.8.0.4' }] }] },
    {
      memcached: { external: [{ host: '10.8.0.4' }], copies: 2, shards: 900, gutter: { pool: 'spare' } },
      pools: [{ name: 'spare', copies: 2, external: [{ host: '10.8.0.6' }] }],
    },
    { memcached: { args: ['-R', '40'] }, router: { args: ['--keepalive-count=3'] } },
  ])
    t.same(said(spec), [])
})

t.test('each field by itself, in its own words', async (t) => {
  t.match(said({ memcached: { memory: '1GB' } }), [
    /memory: Invalid value: "1GB": must be a whole number of Mi/,
  ])
  t.match(said({ memcached: { memory: '1500Ki' } }), [/memory: .*; it is not a whole number of Mi$/])
  t.match(said({ memcached: { maxItemSize: '700Ki' } }), [/maxItemSize: .*; it is not a multiple of 512Ki$/])
  t.match(said({ memcached: { gutter: { ttl: '90d' } } }), [/gutter\.ttl: .*such as 60s or 1h/])
  t.match(said({ memcached: { gutter: { ttl: '1500ms' } } }), [
    /gutter\.ttl: .*; it is not a whole number of seconds$/,
  ])
  t.match(said({ router: { timeouts: { server: '2m' } } }), [
    /router\.timeouts\.server: .*; it is more than 1m/,
  ])
  t.match(said({ memcached: { external: [{ host: 'a b' }, { host: '10.0.0.300' }, {}] } }), [
    /external\[0\]\.host: .*a DNS name or an IP address/,
    /external\[1\]\.host: /,
    /external\[2\]\.host: Required value/,
  ])
  t.match(said({ pools: [{ name: 'Users' }, { name: '1st' }, {}] }), [
    /pools\[0\]\.name: .*at most 20 lower-case letters/,
    /pools\[1\]\.name: /,
    /pools\[2\]\.name: Required value/,
  ])
  t.match(said({ memcached: { writes: 'strict' } }), [/did you mean "Strict"\?/])
})

t.test('a name that shares no letters with what is meant is known all the same', async (t) => {
  const advice = (spec: JsonObject) =>
    said(spec, 'file').map((line) => line.replace(/^.*unknown field; /, ''))
  t.same(advice({ memcached: { memoryMb: 256 } }), ['did you mean memory?'])
  t.same(advice({ memcached: { memory_mb: 256 } }), ['did you mean memory?'])
  t.same(advice({ memcached: { poolSize: 3 } }), ['did you mean shards?'])
  t.same(advice({ pools: [{ name: 'a', replicas: 3 }] }), ['did you mean shards?'])
  t.same(advice({ pools: [{ name: 'a', servers: 3 }] }), ['did you mean shards?'])
  t.same(advice({ router: { 'timeouts-until-tko': 3 } }), ['did you mean timeouts.untilDown?'])
  t.same(advice({ router: { timeouts: { 'timeouts-until-tko': 3 } } }), ['did you mean untilDown?'])
})

t.test('a field of another version is named with what this one has', async (t) => {
  const advice = (spec: JsonObject) =>
    said(spec, 'file').map((line) => line.replace(/^.*unknown field; /, ''))
  t.same(advice({ memcached_pool_size: 3 }), ['it is of v1alpha3; v1beta1 has memcached.shards'])
  t.same(advice({ memcachedPoolSize: 3 }), ['it is of v1alpha3; v1beta1 has memcached.shards'])
  t.same(advice({ pool_setup: 'sharded' }), [
    'it is of v1alpha3; v1beta1 has memcached.shards and memcached.copies',
  ])
  t.same(advice({ memcached_memory_mb: 256 }), ['it is of v1alpha3; v1beta1 has memcached.memory'])
})

t.test('an unknown field of a file is named with where it belongs, or what was meant', async (t) => {
  t.match(said({ shards: 3, memcached: { shard: 3 }, pools: [{ name: 'a', coppies: 2 }] }, 'file'), [
    /^spec\.shards: Forbidden: unknown field; it belongs under memcached/,
    /^spec\.memcached\.shard: Forbidden: unknown field; did you mean shards\?/,
    /^spec\.pools\[0\]\.coppies: Forbidden: unknown field; did you mean copies\?/,
  ])
})

t.test('all at once', async (t) => {
  const spec = {
    memcached: { copies: 2, gutter: { pool: 'spair' }, args: ['-p', '1'] },
    pools: [{ name: 'spare', copies: 3 }],
    prefixes: [{ prefix: 'a:', pool: 'spar' }],
    router: { args: ['--kepalive-count=3'], port: 80 },
  }
  t.same(
    said(spec)
      .map((line) => line.slice(0, line.indexOf(': ')))
      .sort(),
    [
      'spec.memcached.args[0]',
      'spec.memcached.gutter',
      'spec.memcached.gutter.pool',
      'spec.prefixes[0].pool',
      'spec.router.args[0]',
      'spec.router.port',
    ],
  )
})

t.test('a pool has a name of its own, and at most a thousand servers', async (t) => {
  t.match(said({ pools: [{ name: 'main' }, { name: 'a' }, { name: 'a' }] }), [
    'spec.pools[0].name: Duplicate value: "main"',
    'spec.pools[2].name: Duplicate value: "a"',
  ])
  t.match(said({ memcached: { gutter: {} }, pools: [{ name: 'gutter' }] }), [
    /^spec\.memcached\.gutter: Duplicate value: "gutter": a pool of that name is made for this gutter/,
  ])
  t.match(said({ memcached: { shards: 300, copies: 4 } }), [
    /^spec\.memcached\.copies: Invalid value: 4: must be at most 3 with 300 memcached\.shards: .* these are 1200$/,
  ])
  const many = Array.from({ length: 16 }, (_, index) => ({ name: `p${index}`, gutter: {} }))
  t.match(said({ pools: many }), [/at most 17 pools, .* and these are 33$/])
})

t.test('all pools together have as many servers as one may have, and no more copies than fit', async (t) => {
  const pool = (name: string, shards: number, copies = 1) => ({ name, shards, copies })
  t.same(said({ memcached: { shards: 400 }, pools: [pool('a', 600)] }), [])
  t.match(said({ memcached: { shards: 400 }, pools: [pool('a', 600), pool('b', 1)] }), [
    /^spec\.pools\[0\]\.shards: Invalid value: all pools together have at most 1000 servers, .* these are 1001$/,
  ])
  t.match(said({ memcached: { shards: 1000, gutter: {} } }), [/^spec\.memcached\.shards: .* these are 1001$/])
  const external = Array.from({ length: 1000 }, (_, index) => ({ host: `c${index}.x` }))
  t.match(said({ pools: [{ name: 'old', external }] }), [/^spec\.pools\[0\]\.shards: .* these are 1003$/])
  t.same(said({ memcached: { shards: 1, copies: 1000 } }), [])
  t.match(said({ memcached: { shards: 1, copies: 199 }, pools: [pool('a', 1, 2)] }), [
    /^spec\.memcached\.copies: .*at most 200 copies together where .* these are 201$/,
  ])
  t.match(said({ memcached: { shards: 1, copies: 33, onMiss: 'AskCopies' } }), [
    /^spec\.memcached\.copies: Invalid value: 33: must be at most 32 where memcached\.onMiss is AskCopies: /,
  ])
})

t.test('two letters of the name of a pool that are swapped do not hide which was meant', async (t) => {
  const meant = (spec: object) => said({ pools: OTHERS, ...spec }).map((line) => line.split('; ').at(-1))
  t.same(meant({ prefixes: [{ prefix: 'a:', pool: 'uesrs' }] }), ['did you mean "users"?'])
  t.same(meant({ prefixes: [{ prefix: 'a:', pool: 'mian' }] }), ['did you mean "main"?'])
  t.same(meant({ memcached: { gutter: { pool: 'spair' } } }), ['did you mean "spare"?'])
  t.same(meant({ memcached: { warmUp: { from: 'spaer' } } }), ['did you mean "spare"?'])
})

t.test('a prefix names a pool that there is, and is there once', async (t) => {
  const prefixes = [
    { prefix: 'a:', pool: 'userz' },
    { prefix: 'b:', pool: 'main' },
    { prefix: 'b:', pool: 'users' },
  ]
  t.match(said({ pools: OTHERS, prefixes }), [
    'spec.prefixes[0].pool: Unsupported value: "userz": supported values: "main", "users", "spare"; did you mean "users"?',
    'spec.prefixes[2].prefix: Duplicate value: "b:"',
  ])
})

t.test('a prefix is one that keys can have where mcrouter looks for it', async (t) => {
  const prefixed = (prefix: string) => said({ pools: OTHERS, prefixes: [{ prefix, pool: 'users' }] })
  for (const prefix of ['user:', '/a/', '/a/b', '__mcrouter__:', '#|#', 'type'])
    t.same(prefixed(prefix), [], prefix)
  t.match(prefixed('__mcrouter__.'), [
    'spec.prefixes[0].prefix: Invalid value: "__mcrouter__.": mcrouter\'s own commands begin so',
  ])
  t.match(prefixed('user|#|'), [
    /^spec\.prefixes\[0\]\.prefix: .*\|#\| ends the part of a key that is hashed$/,
  ])
  t.match(prefixed('/a/b/'), [/mcrouter takes it for a routing prefix, and cuts it off$/])
})

t.test('arguments are named by their place, with the field to use instead', async (t) => {
  const pools = [{ name: 'a', image: 'memcached:1.5', args: ['-v', '-W', '-c', '5'] }]
  t.match(
    said({ memcached: { args: ['-m', '64'] }, pools, router: { args: ['--port=1', '--num-proxys=2'] } }),
    [
      'spec.memcached.args[0]: Forbidden: "-m": set memcached.memory instead',
      /^spec\.pools\[0\]\.args\[1\]: Unsupported value: "-W": an option since memcached 1\.6/,
      'spec.pools[0].args[2]: Forbidden: "-c": set pools[0].maxConnections instead',
      'spec.router.args[0]: Forbidden: "--port": set router.port instead',
      /^spec\.router\.args\[1\]: Unsupported value: "--num-proxys": .*did you mean --num-proxies\?/,
    ],
  )
})

t.test('labels and annotations reach nothing that others rely on', async (t) => {
  const labels = { 'app.kubernetes.io/name': 'x', team: 'web' }
  const annotations = { 'container.apparmor.security.beta.kubernetes.io/memcached': 'unconfined', note: 'x' }
  t.match(said({ memcached: { pod: { labels, annotations } }, router: { service: { labels } } }), [
    /^spec\.memcached\.pod\.labels\["app\.kubernetes\.io\/name"\]: Forbidden/,
    /^spec\.memcached\.pod\.annotations\["container\.apparmor.*: Forbidden/,
    /^spec\.router\.service\.labels\["app\.kubernetes\.io\/name"\]: Forbidden/,
  ])
  const balancer = { 'service.beta.kubernetes.io/aws-load-balancer-type': 'nlb' }
  t.same(said({ router: { service: { type: 'LoadBalancer', annotations: balancer } } }), [])
})

t.test('servers of others are not asked for connections: that is for those who run them', async (t) => {
  const router = { replicas: 100, threads: 8 }
  const memcached = { external: [{ host: '10.8.0.4' }] }
  t.same(said({ memcached, router }), [])
  t.match(said({ router }), [/^spec\.memcached\.maxConnections: /])
  t.match(
    said({ memcached: { ...memcached, gutter: {} }, router }),
    [/^spec\.memcached\.maxConnections: /],
    'but the server that is made for their gutter is',
  )
})

t.test('a Service has what its type can have', async (t) => {
  const service = { loadBalancerClass: 'example.com/internal', externalTrafficPolicy: 'Local' }
  t.match(said({ router: { service } }), [
    /^spec\.router\.service\.loadBalancerClass: .*must be left out unless type is LoadBalancer/,
    /^spec\.router\.service\.externalTrafficPolicy: .*must be left out when type is ClusterIP/,
  ])
  t.same(said({ router: { service: { ...service, type: 'LoadBalancer' } } }), [])
})

t.test(
  'of a pool that is made for a gutter nothing is said: its settings are those of another',
  async (t) => {
    t.match(said({ memcached: { gutter: {}, maxItemSize: '200Mi' } }), [/^spec\.memcached\.maxItemSize: /])
    t.equal(said({ memcached: { gutter: {}, maxItemSize: '200Mi' } }).length, 1)
  },
)

t.test('the names of a Mcrouter and of its pool fit into one label of its pods', async (t) => {
  const named = (name: string, pool: string) => said({ pools: [{ name: pool }] }, 'api', name)
  t.same(named('a'.repeat(30), 'b'.repeat(11)), [])
  t.match(named('a'.repeat(30), 'b'.repeat(12)), [
    /^spec\.pools\[0\]\.name: Invalid value: "b{12}": must have at most 11 characters with a Mcrouter called "a{30}", has 12$/,
  ])
  t.match(named('a'.repeat(42), 'b'), [/must have a shorter name than "a{42}"/])
  t.same(said({ pools: [{ name: 'old', external: [{ host: '10.8.0.4' }] }] }, 'api', 'a'.repeat(42)), [])
  // The label: name, "-memcached-", pool, a dash and ten characters; 63 at most.
  t.equal(30 + '-memcached-'.length + 11 + 11, 63)
})
