import t from 'tap'
import type { JsonObject } from '../../../schemas/json.ts'
import { said } from './judged.ts'

// What a fault of one field says nothing about is told beside it, and what may be due to it is not.

const WRONG_RANGE = { min: 5, max: 2, cpu: 50 }
const SERVER = { host: '10.8.0.4', port: 11211 }
const RESERVED = { 'app.kubernetes.io/name': 'x' }

/** Paths of two faults, and a spec with both. */
const BOTH_TOLD: readonly (readonly [field: string, rule: string, spec: JsonObject])[] = [
  [
    'router.placement',
    'router.autoscaling.min',
    { router: { placement: 'Nodes', autoscaling: WRONG_RANGE } },
  ],
  [
    'router.placement',
    'router.replicas',
    { router: { placement: 'Nodes', replicas: 3, autoscaling: { min: 2, max: 5, cpu: 50 } } },
  ],
  ['router.replicas', 'router.autoscaling.min', { router: { replicas: 'x', autoscaling: WRONG_RANGE } }],
  [
    'router.port',
    'router.tls.clients',
    { router: { port: 1, release: '37', tls: { clients: { secretName: 's' } } } },
  ],
  [
    'router.release',
    'router.tls.clients.port',
    { router: { release: '99', port: 5001, tls: { clients: { secretName: 's', port: 5001 } } } },
  ],
  [
    'memcached.external[0].host',
    'memcached.tls',
    { router: { release: '37' }, memcached: { external: [{ host: 'a b' }], tls: { secretName: 's' } } },
  ],
  [
    'memcached.tls.secretName',
    'memcached.external[0].tls',
    {
      router: { release: '37' },
      memcached: { external: [{ ...SERVER, tls: true }], tls: { secretName: 'S_' } },
    },
  ],
  ['prefixes', 'memcached.gutter.pool', { prefixes: 'x', memcached: { gutter: { pool: 'none' } } }],
  ['memcached.maxItemSize', 'memcached.gutter', { memcached: { maxItemSize: 'x', copies: 2, gutter: {} } }],
  [
    'memcached.warmUp.ttl',
    'memcached.gutter.pool',
    {
      memcached: { warmUp: { from: 'old', ttl: 'x' }, gutter: { pool: 'spare' } },
      pools: [{ name: 'spare', copies: 2 }, { name: 'old' }],
    },
  ],
  [
    'memcached.copies',
    'memcached.gutter.pool',
    {
      memcached: { copies: 'x', gutter: { pool: 'spare' } },
      pools: [{ name: 'spare' }],
      prefixes: [{ prefix: 'a', pool: 'spare' }],
    },
  ],
  [
    'memcached.gutter.ttl',
    'memcached.warmUp.from',
    { memcached: { gutter: { ttl: 'x' }, warmUp: { from: 'none' } } },
  ],
  [
    'router.release',
    'prefixes',
    {
      router: { release: '99' },
      config: { route: 'PoolRoute|main' },
      pools: [{ name: 'users' }],
      prefixes: [{ prefix: 'a', pool: 'users' }],
    },
  ],
  [
    'memcached.onMiss',
    'memcached.writes',
    { config: { route: 'PoolRoute|main' }, memcached: { onMiss: 'x', writes: 'Strict' } },
  ],
  [
    'router.pod.labels.a',
    'memcached.pod.labels["app.kubernetes.io/name"]',
    { router: { pod: { labels: { a: 1 } } }, memcached: { pod: { labels: RESERVED } } },
  ],
  [
    'router.service.type',
    'router.service.labels["app.kubernetes.io/name"]',
    { router: { service: { type: 'x', labels: RESERVED } } },
  ],
  [
    'router.service.labels.a',
    'router.service.loadBalancerClass',
    { router: { service: { labels: { a: 1 }, loadBalancerClass: 'example.com/internal' } } },
  ],
  [
    'pools[0].name',
    'router.autoscaling.min',
    { router: { autoscaling: WRONG_RANGE }, pools: [{ name: 'A b' }] },
  ],
  [
    'memcached.external[0].host',
    'router.autoscaling.min',
    { router: { autoscaling: WRONG_RANGE }, memcached: { external: [{ host: 'a b' }] } },
  ],
]

t.test('what a field that is wrong says nothing about is told beside it', async (t) => {
  for (const [field, rule, spec] of BOTH_TOLD) {
    const paths = said(spec).map((line) => line.split(': ')[0])
    for (const path of [field, rule]) t.ok(paths.includes(`spec.${path}`), `${rule} beside ${field}: ${path}`)
  }
})

/** A spec in which all that is wrong is one field. */
const ONE_TOLD: readonly (readonly [field: string, spec: JsonObject])[] = [
  [
    'pools[0].name',
    { memcached: { gutter: { pool: 'users' } }, pools: [{ name: 'A b' }, { name: 'users' }] },
  ],
  [
    'pools[0].name',
    {
      prefixes: [{ prefix: 'a', pool: 'users' }],
      pools: [{ name: 'A b' }, { name: 'users' }],
    },
  ],
  [
    'pools[0].maxItemSize',
    {
      memcached: { maxItemSize: '512Ki', gutter: { pool: 'users' } },
      pools: [{ name: 'users', maxItemSize: 'x' }],
    },
  ],
  ['router.placement', { router: { placement: 'node' } }],
  ['router.service.type', { router: { service: { type: 'x', externalTrafficPolicy: 'Local' } } }],
]

t.test('what may be due to it is not', async (t) => {
  for (const [field, spec] of ONE_TOLD) {
    t.same(
      said(spec).map((line) => line.split(': ')[0]),
      [`spec.${field}`],
    )
  }
})
