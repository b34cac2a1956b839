import fc from 'fast-check'
import t from 'tap'
import {
  copyName,
  copyNamed,
  copyOfServer,
  externalNames,
  isServerOf,
  serverNames,
} from '../../routing/servers.ts'
import { LONGEST_NAME } from '../../schemas/identity.ts'
import { MAIN_POOL } from '../../schemas/mcrouter.ts'
import { effort } from '../../testing/effort.ts'
import { mcrouterWith } from '../../testing/mcrouter.ts'

t.test(
  'servers are named by ordinal, fully qualified, with the port that memcached listens on',
  async (t) => {
    const mcrouter = mcrouterWith({ memcached: { port: 21211 } })
    t.same(serverNames(mcrouter, mcrouter.pools[0], 2, 'cluster.local'), [
      'cache-memcached-0.cache-memcached.shop.svc.cluster.local:21211',
      'cache-memcached-1.cache-memcached.shop.svc.cluster.local:21211',
    ])
  },
)

t.test('a pool grows at its end: the servers before keep their place', async (t) => {
  const mcrouter = mcrouterWith()
  t.same(
    serverNames(mcrouter, mcrouter.pools[0], 5, 'cluster.local').slice(0, 3),
    serverNames(mcrouter, mcrouter.pools[0], 3, 'cluster.local'),
  )
})

t.test('a name has the five dots, or the final one, that spare it the search domains of a pod', async (t) => {
  for (const [domain, end] of [
    ['k8s', '.svc.k8s.:11211'],
    ['example.org', '.svc.example.org:11211'],
    ['k8s.', '.svc.k8s.:11211'],
  ] as const) {
    t.ok(serverNames(mcrouterWith(), mcrouterWith().pools[0], 1, domain)[0]?.endsWith(end), domain)
  }
})

t.test('servers of others are written as mcrouter reads them, in their order', async (t) => {
  const external = [
    { host: 'c1.0001.cache.example.com', port: 11211, tls: true },
    { host: '10.8.0.4', port: 11212, tls: false },
    { host: 'fd00::4', port: 11211, tls: false },
  ]
  t.strictSame(externalNames({ external }), [
    'c1.0001.cache.example.com:11211:ascii:ssl',
    '10.8.0.4:11212',
    '[fd00::4]:11211',
  ])
})

t.test('a copy in a zone has a StatefulSet of its own, and the Service is that of the pool', async (t) => {
  const mcrouter = mcrouterWith({ pools: [{ name: 'users', shards: 2, copies: 2, zones: ['a', 'b'] }] })
  const [main, users] = mcrouter.pools
  t.same(serverNames(mcrouter, users ?? main, 4, 'cluster.local'), [
    'cache-copy-0-users-0.cache-memcached-users.shop.svc.cluster.local:11211',
    'cache-copy-1-users-0.cache-memcached-users.shop.svc.cluster.local:11211',
    'cache-copy-0-users-1.cache-memcached-users.shop.svc.cluster.local:11211',
    'cache-copy-1-users-1.cache-memcached-users.shop.svc.cluster.local:11211',
  ])
  t.same(
    serverNames(mcrouter, { ...main, zones: ['a', 'b'] }, 3, 'cluster.local', 3).map(
      (name) => name.split('.')[0],
    ),
    ['cache-copy-0-0', 'cache-copy-1-0', 'cache-copy-2-0'],
    'while the spec has another number of zones',
  )
})

const dnsLabel = fc.stringMatching(/^[a-z]([-a-z0-9]{0,10}[a-z0-9])?$/)
const digits = fc.constantFrom('1', '0-1', 'copy-0', 'a-0')

t.test('of each name it can be told whose server it is, and of which copy', async (t) => {
  const pool = fc.oneof(fc.constant(MAIN_POOL), dnsLabel, digits)
  fc.assert(
    fc.property(
      dnsLabel,
      pool,
      pool,
      fc.nat(10),
      fc.integer({ min: 1, max: 12 }),
      (name, own, other, zones, count) => {
        const mcrouter = { name, namespace: 'shop' }
        const names = serverNames(
          mcrouter,
          { name: own, port: 11211, zones: [] },
          count,
          'cluster.local',
          zones,
        )
        for (const [ordinal, server] of names.entries()) {
          t.ok(isServerOf(mcrouter, own, server), server)
          t.equal(copyOfServer(mcrouter, own, server), zones === 0 ? undefined : ordinal % zones, server)
          if (other !== own) t.notOk(isServerOf(mcrouter, other, server), `${server} of ${other}`)
        }
        t.equal(new Set(names).size, count)
      },
    ),
    effort(200),
  )
})

t.test(
  'the StatefulSet of a copy has no longer name than one without zones, so that as long names fit',
  async (t) => {
    const longest = 'c'.repeat(LONGEST_NAME)
    fc.assert(
      fc.property(fc.oneof(fc.constant(MAIN_POOL), dnsLabel, digits), fc.nat(9), (pool, copy) => {
        const name = copyName({ name: longest }, { pool, copy })
        t.ok(
          `${name}-0123456789`.length <=
            `${longest}-memcached${pool === MAIN_POOL ? '' : `-${pool}`}-0123456789`.length,
        )
        t.strictSame(copyNamed({ name: longest }, name), { pool, copy })
      }),
      effort(100),
    )
    for (const name of [
      'cache-copy',
      'cache-copy-10',
      'cache-copy-0-main',
      'cache-copy-0-',
      'cache-copy-0-A',
      'other-copy-0',
    ])
      t.equal(copyNamed({ name: 'cache' }, name), undefined, name)
  },
)
