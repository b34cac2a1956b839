import t from 'tap'
import { externalNames, serverNames } from '../../routing/servers.ts'
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
