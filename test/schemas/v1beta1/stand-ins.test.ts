import t from 'tap'
import { serverNames } from '../../../routing/servers.ts'
import { judge } from '../../../schemas/validation/judge.ts'
import { objectOf, said } from './judged.ts'
import { BOTH } from './version.ts'

const OTHERS = [
  { name: 'users', shards: 2 },
  { name: 'spare', shards: 1 },
]

t.test('a gutter is a pool of its own, of one that has no copies', async (t) => {
  const gutter = (pool: string, more = {}) =>
    said({ memcached: { gutter: { pool } }, pools: OTHERS, ...more })
  t.match(said({ memcached: { copies: 2, gutter: {} } }), [
    /^spec\.memcached\.gutter: Invalid value: must be left out with 2 copies: .* another copy takes over$/,
  ])
  t.match(gutter('spar'), [/^spec\.memcached\.gutter\.pool: Unsupported value: .*did you mean "spare"\?$/])
  t.match(gutter('main'), [/"main": must be another pool/])
  t.match(gutter('users', { prefixes: [{ prefix: 'user:', pool: 'users' }] }), [
    /"users": must be a pool without keys of its own, and those with the prefix "user:" are in it/,
  ])
  t.match(said({ pools: [{ name: 'a', gutter: { pool: 'main' } }] }), [
    /^spec\.pools\[0\]\.gutter\.pool: .*every key without a prefix is in main/,
  ])
  t.match(said({ memcached: { gutter: { pool: 'a' } }, pools: [{ name: 'a', gutter: {} }] }), [
    /"a": must be a pool without a gutter/,
  ])
})

t.test('a pool warms up from another, both without copies and without a server in common', async (t) => {
  const warm = (from: object, cold = {}) =>
    said({ memcached: { warmUp: { from: 'old' }, ...cold }, pools: [{ name: 'old', ...from }] })
  t.same(warm({}), [])
  t.match(warm({}, { copies: 2 }), [/^spec\.memcached\.warmUp: .*must be left out with 2 copies/])
  t.match(warm({ copies: 2 }), [/^spec\.memcached\.warmUp\.from: .*"old": must have 1 copy and has 2/])
  t.match(warm({ warmUp: { from: 'main' } }), [/must not warm up itself/, /must not warm up itself/])
  t.match(said({ memcached: { warmUp: { from: 'main' } } }), [/must be another pool/])
  t.match(said({ memcached: { warmUp: { from: 'olde' } }, pools: [{ name: 'old' }] }), [
    /did you mean "old"\?/,
  ])
  const shared = [{ host: '10.8.0.4' }, { host: '10.8.0.5' }]
  t.match(warm({ external: shared.slice(1) }, { external: shared }), [
    /no server in common with this pool, and both have 10\.8\.0\.5:11211: append .* NOT_STORED/,
  ])
})

t.test('all that is wrong with what stands in is said at once', async (t) => {
  const stand = (memcached: object, ...pools: object[]) => said({ memcached, pools })
  for (const role of [{ gutter: { pool: 'spair' } }, { warmUp: { from: 'spair' } }])
    t.match(
      stand({ copies: 2, ...role }, { name: 'spare' }).join('\n'),
      /must be left out with 2 copies.*\n.*did you mean "spare"\?$/,
      'copies of the pool hide no wrong name',
    )
  const spare = { name: 'spare', shards: 2, copies: 2 }
  t.match(stand({ copies: 2, gutter: { pool: 'spare' } }, spare).join('\n'), /left out.*\n.*has 2: /)
  t.match(stand({ copies: 2, warmUp: { from: 'spare' } }, spare).join('\n'), /left out.*\n.*has 2: /)
  const gutter = stand(
    { gutter: { pool: 'spare' } },
    { ...spare, maxItemSize: '2Mi', warmUp: { from: 'old' } },
    { name: 'old' },
  ).filter((line) => line.startsWith('spec.memcached.'))
  t.match(gutter.join('\n'), /without warmUp: .*\n.* has 2: .*\n.*must be at most 1Mi/)
  const warm = stand({ warmUp: { from: 'spare' } }, { ...spare, warmUp: { from: 'main' } }).filter((line) =>
    line.startsWith('spec.memcached.'),
  )
  t.match(warm.join('\n'), /has 2: .*\n.*must not warm up itself/)
  t.equal(
    said({ memcached: { gutter: { pool: 'main' } } }).length,
    1,
    'but of one that cannot be it, no more',
  )
})

t.test('no pool is removed that a prefix, a gutter or a warm-up names', async (t) => {
  for (const [before, path] of [
    [{ prefixes: [{ prefix: 'a:', pool: 'old' }] }, 'prefixes[0].pool'],
    [{ memcached: { gutter: { pool: 'old' } } }, 'memcached.gutter.pool'],
    [{ memcached: { warmUp: { from: 'old' } } }, 'memcached.warmUp.from'],
    [{ pools: [{ name: 'users', warmUp: { from: 'old' } }] }, 'pools[0].warmUp.from'],
  ] as const) {
    const pools = 'pools' in before ? before.pools : [{ name: 'users' }]
    const stored = objectOf({ ...before, pools: [...pools, { name: 'old' }] })
    t.ok(judge(stored, { versions: BOTH }).accepted, path)
    const judgement = judge(objectOf({ ...before, pools }), { versions: BOTH, stored })
    t.match(judgement, {
      accepted: false,
      violations: [
        { path: `spec.${path}`, message: 'Unsupported value: "old": supported values: "main", "users"' },
      ],
    })
  }
})

t.test('a gutter has one copy, and no larger items than the pool it stands in for', async (t) => {
  const gutter = (spare: object, pool = {}) =>
    said({ memcached: { gutter: { pool: 'spare' }, ...pool }, pools: [{ name: 'spare', ...spare }] })
  t.match(gutter({ copies: 2, writes: 'Strict' }), [
    /^spec\.memcached\.gutter\.pool: Invalid value: "spare": must have 1 copy and has 2: /,
  ])
  t.same(gutter({ copies: 2, external: [{ host: 'c1.x' }] }), [])
  t.match(gutter({ maxItemSize: '2Mi' }), [
    /^spec\.memcached\.gutter\.pool: .*"spare": its maxItemSize is 2Mi and must be at most 1Mi, that of this pool: .* no read finds it$/,
  ])
  t.match(gutter({}, { external: [{ host: 'c1.x' }], maxItemSize: '512Ki' }), [/at most 512Ki/])
  t.same(gutter({ maxItemSize: '512Ki' }), [])
  t.same(gutter({ maxItemSize: '2Mi' }, { maxItemSize: '2Mi' }), [])
  t.same(gutter({ maxItemSize: '2Mi', external: [{ host: 'c1.x' }] }), [], 'what others take, they know')
})

t.test('no write reaches a server twice: what stands in and what is left are apart', async (t) => {
  const pair = (gutter: object, old: object, cold = {}) =>
    said({
      memcached: { gutter: { pool: 'spare' }, warmUp: { from: 'old' }, ...cold },
      pools: [
        { name: 'spare', ...gutter },
        { name: 'old', ...old },
      ],
    })
  const at = (...hosts: string[]) => ({ external: hosts.map((host) => ({ host })) })
  t.same(pair({}, {}), [])
  t.same(pair(at('c1.x'), at('c2.x'), at('c3.x')), [])
  t.match(pair({}, {}, { gutter: { pool: 'old' } }), [
    /^spec\.memcached\.warmUp\.from: .*"old": must not be a gutter, as it is that of main: append and prepend would be done twice/,
  ])
  t.match(
    said({
      pools: [
        ...OTHERS,
        { name: 'new', warmUp: { from: 'spare' } },
        { name: 'a', gutter: { pool: 'spare' } },
      ],
    }),
    [/^spec\.pools\[2\]\.warmUp\.from: .*"spare": must not be a gutter, as it is that of a: /],
  )
  t.match(pair(at('c1.x', 'C2.x.'), at('c2.X')), [
    /^spec\.memcached\.warmUp\.from: .*"old": must have no server in common with spare, the gutter of this pool, and both have c2\.x:11211: append/,
  ])
  t.match(pair(at('c1.x', '0:0:0:0:0:0:0:1'), {}, at('::1')), [
    /^spec\.memcached\.gutter\.pool: .*"spare": must have no server in common with this pool, and both have \[::1\]:11211: /,
  ])
})

t.test('hosts are the same in whatever words', async (t) => {
  const pair = (one: string, other: string) =>
    said({
      memcached: { external: [{ host: one }], warmUp: { from: 'old' } },
      pools: [{ name: 'old', external: [{ host: other }] }],
    }).length
  for (const [one, other] of [
    ['C1.Example.com', 'c1.example.com'],
    ['c1.example.com.', 'c1.example.com'],
    ['::1', '0:0:0:0:0:0:0:1'],
    ['FD00::A', 'fd00:0::00a'],
    ['::ffff:10.8.0.4', '10.8.0.4'],
    ['::ffff:a08:4', '10.8.0.4'],
  ] as const)
    t.equal(pair(one, other), 1, `${one} is ${other}`)
  t.equal(pair('c1.example.com', 'c2.example.com'), 0)
})

t.test('a Mcrouter is no server of its own', async (t) => {
  const host = (name: string) =>
    said({ pools: [{ name: 'old', external: [{ host: 'c1.x' }, { host: name }] }] })
  for (const name of [
    ...serverNames(
      { name: 'cache', namespace: 'shop' },
      { name: 'old', port: 1, zones: [] },
      1,
      'cluster.local',
    ).map((server) => server.replace(':1', '')),
    'cache-memcached-0.cache-memcached.shop.svc.cluster.local.',
    'cache-memcached-0.cache-memcached.shop.svc.cluster.local',
    'cache-memcached-12.Cache-memcached.shop.svc',
    'cache-memcached-0.cache-memcached',
    'cache-memcached.shop',
    'cache',
    'cache.shop.svc',
  ])
    t.match(
      host(name),
      [/^spec\.pools\[0\]\.external\[1\]\.host: Invalid value: .*is of this Mcrouter itself/],
      name,
    )
  for (const name of [
    'cache-memcached-0.cache-memcached.web.svc.cluster.local',
    'cache-memcached-0.cache-memcached.shop.svc.other.example.com',
    'cache.shop.',
    'cache.example.com',
    'cache2.shop.svc',
    'cache-memcached-users.shop',
  ])
    t.same(host(name), [], name)
})

t.test('what is made for a gutter is of that pool alone', async (t) => {
  const users = { name: 'users', gutter: {} }
  t.match(said({ pools: [users], memcached: { warmUp: { from: 'users-gutter' } } }), [
    'spec.memcached.warmUp.from: Unsupported value: "users-gutter": supported values: "main", "users"',
  ])
  t.match(said({ memcached: { gutter: {}, warmUp: { from: 'gutter' } } }), [
    /^spec\.memcached\.warmUp\.from: Unsup/,
  ])
  t.match(said({ pools: [users], memcached: { gutter: { pool: 'users-gutter' } } }), [
    /^spec\.memcached\.gutter\.pool: Unsupported value: "users-gutter"/,
  ])
  t.match(said({ memcached: { gutter: {} }, prefixes: [{ prefix: 'a:', pool: 'gutter' }] }), [
    /^spec\.prefixes\[0\]\.pool: Unsupported value: "gutter"/,
  ])
})
