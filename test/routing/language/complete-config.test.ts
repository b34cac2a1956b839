import t from 'tap'
import { checkConfig } from '../../../routing/language/check-config.ts'
import { completedConfig } from '../../../routing/language/complete-config.ts'
import { poolOfKey, wholePool } from '../../../routing/pool.ts'
import { featuresOf } from '../../../routing/release.ts'

const SERVERS = { main: ['m-0.m:11211', 'm-1.m:11211'], users: ['u-0.u:11211'], idle: ['i-0.i:11211'] }
const TIMEOUTS = { server: 500, connect: 200 }
const POOLS = new Map(
  Object.entries(SERVERS).map(([name, servers]) => [
    name,
    wholePool(servers, featuresOf('current'), TIMEOUTS),
  ]),
)
const OPERATED = Object.entries(SERVERS).map(([name, servers]) => ({ name, servers: servers.length }))

const CONFIG = {
  pools: { old: { inherit: 'main', servers: ['10.0.0.1:11211'] } },
  named_handles: [
    { type: 'WarmUpRoute', name: 'warm', cold: 'PoolRoute|users', warm: 'PoolRoute|old', exptime: 60 },
  ],
  route: { type: 'PrefixSelectorRoute', policies: { 'user:': 'warm' }, wildcard: 'PoolRoute|main' },
}

t.test("the operator's pools are filled in by name, and the whole is right by the language", async (t) => {
  const verdict = checkConfig(CONFIG, { release: 'current', pools: OPERATED })
  t.match(verdict, { accepted: true, pools: ['main', 'users'] })
  const named = verdict.accepted ? verdict.pools : []
  const { pools, ...rest } = completedConfig(CONFIG, named, POOLS)
  t.same(rest, { named_handles: CONFIG.named_handles, route: CONFIG.route })
  t.same(pools, {
    memcached: POOLS.get('main'),
    'memcached.users': POOLS.get('users'),
    'memcached.idle': POOLS.get('idle'),
    main: { inherit: 'memcached', servers: SERVERS.main },
    users: { inherit: 'memcached.users', servers: SERVERS.users },
    old: CONFIG.pools.old,
  })
  t.match(checkConfig({ pools, ...rest }, { release: 'current' }), { accepted: true })
})

t.test('what is published is read back under the names that it has in every configuration', async (t) => {
  const { pools = {} } = completedConfig(CONFIG, ['main', 'users'], POOLS)
  const read = Object.keys(JSON.parse(JSON.stringify(pools))).map(poolOfKey)
  t.same(read.filter((name) => name !== undefined).toSorted(), ['idle', 'main', 'users'])
})

t.test('no name of a pool can be taken for another', async (t) => {
  const refused = (config: object, pools = OPERATED) => {
    const verdict = checkConfig(config, { release: 'current', pools })
    return verdict.accepted ? [] : verdict.violations.map(({ message }) => message)
  }
  const own = { servers: ['a:1'] }
  t.match(refused({ pools: { users: own }, route: 'PoolRoute|users' }), [/the operator fills in this pool/])
  for (const name of ['memcached', 'memcached.users', 'memcached-0']) {
    t.match(refused({ pools: { [name]: own }, route: `PoolRoute|${name}` }), [
      /names that begin with memcached/,
    ])
    t.match(refused({ route: { type: 'PoolRoute', pool: { ...own, name } } }), [
      /names that begin with memcached/,
    ])
  }
  const called = [...OPERATED, { name: 'memcached', servers: 1 }]
  t.match(refused({ route: 'PoolRoute|memcached' }, called), [/mcrouter calls the main pool so/])
})

t.test(
  'a list of servers whose number the operator may change is not one handle, of whatever size',
  async (t) => {
    const verdict = checkConfig({ route: 'Pool|users' }, { release: 'current', pools: OPERATED })
    t.match(verdict, {
      accepted: false,
      violations: [{ path: 'spec.config.route', message: /PoolRoute in place of Pool/ }],
    })
    t.match(checkConfig({ pools: { a: { servers: ['a:1'] } }, route: 'Pool|a' }, { release: 'current' }), {
      accepted: true,
    })
  },
)
