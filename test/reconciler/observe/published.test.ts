import t from 'tap'
import { publishedIn, routedTo } from '../../../reconciler/observe/published.ts'
import { configFor, serialise } from '../../../routing/config.ts'
import { ownConfig } from '../../../routing/own-config.ts'
import { featuresOf } from '../../../routing/release.ts'
import { externalNames, serverNames } from '../../../routing/servers.ts'
import { mcrouterWith } from '../../../testing/mcrouter.ts'

const MCROUTER = mcrouterWith({ pools: [{ name: 'users' }, { name: 'sessions' }] })
const PREFIXED = { ...MCROUTER, prefixes: [{ prefix: 'user:', pool: 'users' }] }
const metadata = { name: 'cache-config', namespace: 'shop' }
const SERVERS = serverNames(MCROUTER, MCROUTER.pools[0], 2, 'cluster.local')

t.test('what a configuration uses is read back from its text, and from what caches keep of it', async (t) => {
  for (const filling of [false, true]) {
    for (const [release, mcrouter] of [
      ['37', MCROUTER],
      ['current', MCROUTER],
      ['37', PREFIXED],
      ['current', PREFIXED],
    ] as const) {
      const features = featuresOf(release)
      const text = serialise(
        configFor(
          mcrouter,
          [
            SERVERS,
            serverNames(MCROUTER, { name: 'users', port: 11_211, zones: [] }, 1, 'cluster.local'),
            [],
          ],
          { features, filling },
        ),
      )
      const published = publishedIn({ metadata, data: { 'config.json': text } })
      t.match(published, { features, filling })
      t.strictSame(published?.routed, { main: 2, users: 1 })
      t.strictSame(JSON.parse(JSON.stringify(published)), published)
    }
  }
})

t.test('what somebody else wrote into it is no configuration', async (t) => {
  for (const text of ['', '{}', '[]', '{"pools":{"memcached":{"servers":2}}}']) {
    t.equal(publishedIn({ metadata, data: { 'config.json': text } }), undefined, text)
  }
  t.equal(publishedIn({ metadata }), undefined)
})

t.test('a pool that routers do not know has no server that is routed to, whatever its name', async (t) => {
  const text = serialise(configFor(MCROUTER, [SERVERS, [], []]))
  const published = publishedIn({ metadata, data: { 'config.json': text } })
  t.ok(published)
  if (published === undefined) return
  t.equal(routedTo(published, 'main'), 2)
  for (const pool of ['users', 'constructor', 'to-string']) t.equal(routedTo(published, pool), 0)
})

t.test('more pools than a Mcrouter can have are somebody else’s', async (t) => {
  const further = Array.from({ length: 17 }, (_, index) => [`memcached.p${index}`, { servers: ['a:1'] }])
  const pools = (count: number) => ({
    memcached: { servers: SERVERS },
    ...Object.fromEntries(further.slice(0, count)),
  })
  const publishedWith = (count: number) =>
    publishedIn({ metadata, data: { 'config.json': JSON.stringify({ pools: pools(count) }) } })
  t.ok(publishedWith(16))
  t.equal(publishedWith(17), undefined)
})

t.test('it is read back in how many copies each pool is', async (t) => {
  const pools = [
    { name: 'users', shards: 2, copies: 3 },
    { name: 'users-0', shards: 2, copies: 1 },
  ]
  const prefixes = pools.map(({ name }) => ({ prefix: `${name}:`, pool: name }))
  const mcrouter = mcrouterWith({ memcached: { shards: 2, copies: 2 }, pools, prefixes })
  const servers = mcrouter.pools.map((pool) =>
    serverNames(mcrouter, pool, pool.shards * pool.copies, 'cluster.local'),
  )
  const published = publishedIn({
    metadata,
    data: { 'config.json': serialise(configFor(mcrouter, servers)) },
  })
  t.strictSame(published?.routed, { main: 4, users: 6, 'users-0': 2 })
  t.strictSame(published?.copies, { main: 2, users: 3 })
  const stray = {
    'memcached.nobody.0': {},
    'memcached.nobody.1': {},
    'other-0': {},
    memcached: { servers: ['a:1'] },
  }
  const foreign = publishedIn({ metadata, data: { 'config.json': JSON.stringify({ pools: stray }) } })
  t.strictSame(foreign?.copies, {}, 'of pools that are there alone')
})

t.test('copies that routes of own JSON may name and no router uses yet are none', async (t) => {
  const config = { route: 'PoolRoute|main' }
  const pools = [{ name: 'users', shards: 1, copies: 3 }]
  const mcrouter = mcrouterWith({ memcached: { shards: 2, copies: 3 }, pools, config })
  const serversOf = (main: number, users: number) =>
    mcrouter.pools.map((pool, index) => {
      const all = serverNames(mcrouter, pool, pool.shards * pool.copies, 'cluster.local')
      return { all, routed: all.slice(0, [main, users][index]) }
    })
  const read = (main: number, users: number, copies: Readonly<Record<string, number>> = {}) => {
    const circumstances = { features: featuresOf('37'), copies: new Map(Object.entries(copies)) }
    const text = serialise(ownConfig(mcrouter, config, serversOf(main, users), circumstances))
    const { routed, copies: found } = publishedIn({ metadata, data: { 'config.json': text } }) ?? {}
    return { routed, copies: found }
  }
  t.strictSame(read(4, 2, { main: 2 }), { routed: { main: 4, users: 2 }, copies: { main: 2, users: 2 } })
  t.strictSame(read(2, 1, { main: 1 }), { routed: { main: 2, users: 1 }, copies: {} })
  t.strictSame(read(4, 0, { main: 2 }), { routed: { main: 4 }, copies: { main: 2 } })
  t.strictSame(read(6, 3), { routed: { main: 6, users: 3 }, copies: { main: 3, users: 3 } })
})

t.test(
  'servers that others run are told from own ones by their names, whatever stands in the spec now',
  async (t) => {
    const external = [
      { host: '10.8.0.4', port: 11_211, tls: false },
      { host: '2001:db8::1', port: 11_212, tls: true },
      // Those of another Mcrouter of the namespace.
      { host: 'other-memcached-0.other-memcached.shop.svc.cluster.local', port: 11_211, tls: false },
    ]
    const mcrouter = mcrouterWith({ pools: [{ name: 'old', external }, { name: 'users' }] })
    const users = serverNames(mcrouter, { name: 'users', port: 1024, zones: [] }, 2, 'cluster')
    const text = serialise(configFor(mcrouter, [SERVERS, externalNames({ external }), users]))
    const published = publishedIn({ metadata, data: { 'config.json': text } })
    t.strictSame(published?.routed, { main: 2, users: 2 })
    t.strictSame(published?.external, { old: external })
    const others = serialise(configFor(mcrouter, [externalNames({ external }), [], users]))
    t.match(publishedIn({ metadata, data: { 'config.json': others } }), {
      routed: { users: 2 },
      external: { main: external },
    })
  },
)
