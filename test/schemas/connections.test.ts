import t from 'tap'
import { violationsOf } from './mcrouter.ts'

t.test('too few connections for the routers, old and new, and all their threads', async (t) => {
  const said = (spec: object) => violationsOf(spec, 'file')
  t.match(said({ mcrouter_replicas: 40, memcached_max_connections: 64 }), [
    /^spec\.memcached_max_connections: .*at least 112, 32 for memcached itself and twice mcrouter_replicas:/,
  ])
  const eight = { mcrouter_replicas: 100, mcrouter_resources: { limits: { cpu: '7500m' } } }
  t.match(said(eight), [
    /at least 1632, 32 for memcached itself and twice mcrouter_replicas, for each of its 8 proxy threads/,
  ])
  t.same(said({ ...eight, memcached_max_connections: 1632 }), [])
  t.match(said({ ...eight, memcached_max_connections: 1631 }), [/at least 1632/])
})
