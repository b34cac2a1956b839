import t from 'tap'
import { publishedIn, routedTo } from '../../../reconciler/observe/published.ts'
import { configFor, serialise } from '../../../routing/config.ts'
import { featuresOf } from '../../../routing/release.ts'
import { mcrouterWith } from '../../../testing/mcrouter.ts'

const MCROUTER = mcrouterWith({ pools: [{ name: 'users' }, { name: 'sessions' }] })
const PREFIXED = { ...MCROUTER, prefixes: [{ prefix: 'user:', pool: 'users' }] }
const SERVERS = ['cache-memcached-0:11211', 'cache-memcached-1:11211']

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
        configFor(mcrouter, [SERVERS, ['cache-memcached-users-0:11211'], []], { features, filling }),
      )
      const published = publishedIn({ data: { 'config.json': text } })
      t.match(published, { features, filling })
      t.strictSame(published?.routed, { main: 2, users: 1 })
      t.strictSame(JSON.parse(JSON.stringify(published)), published)
    }
  }
})

t.test('what somebody else wrote into it is no configuration', async (t) => {
  for (const text of ['', '{}', '[]', '{"pools":{"memcached":{"servers":2}}}']) {
    t.equal(publishedIn({ data: { 'config.json': text } }), undefined, text)
  }
  t.equal(publishedIn({}), undefined)
})

t.test('a pool that routers do not know has no server that is routed to, whatever its name', async (t) => {
  const text = serialise(configFor(MCROUTER, [SERVERS, [], []]))
  const published = publishedIn({ data: { 'config.json': text } })
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
    publishedIn({ data: { 'config.json': JSON.stringify({ pools: pools(count) }) } })
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
  const servers = mcrouter.pools.map(({ name, shards, copies }) =>
    Array.from({ length: shards * copies }, (_, ordinal) => `${name}-${ordinal}:1`),
  )
  const published = publishedIn({ data: { 'config.json': serialise(configFor(mcrouter, servers)) } })
  t.strictSame(published?.routed, { main: 4, users: 6, 'users-0': 2 })
  t.strictSame(published?.copies, { main: 2, users: 3 })
  const stray = {
    'memcached.nobody.0': {},
    'memcached.nobody.1': {},
    'other-0': {},
    memcached: { servers: ['a:1'] },
  }
  const foreign = publishedIn({ data: { 'config.json': JSON.stringify({ pools: stray }) } })
  t.strictSame(foreign?.copies, {}, 'of pools that are there alone')
})
