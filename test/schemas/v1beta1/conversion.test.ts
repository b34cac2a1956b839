import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import type { ApiVersion } from '../../../schemas/api-version.ts'
import type { Settings } from '../../../schemas/fields.ts'
import { itemBytes } from '../../../schemas/formats/item-size.ts'
import { V1ALPHA3 } from '../../../schemas/v1alpha3/version.ts'
import { effort } from '../../../testing/effort.ts'
import { validMcrouter } from '../../support/arbitrary/mcrouter.ts'
import { settings } from '../../support/arbitrary/settings.ts'
import { V1BETA1 } from './version.ts'

function settingsOf(spec: unknown, version: ApiVersion) {
  const checked = version.check(version.withDefaults(Object(spec)))
  assert('settings' in checked, 'errors' in checked ? JSON.stringify(checked.errors) : '')
  return checked.settings
}

t.test('whatever a Mcrouter is, it can be said, and means the same again', async () => {
  fc.assert(
    fc.property(settings(), (given) => {
      const spec = V1BETA1.fromHub(given)
      assert.deepEqual(settingsOf(spec, V1BETA1), given)
      assert.notEqual(V1BETA1.complete(spec), undefined, 'what is written is complete')
      assert.deepEqual(V1BETA1.fromHub(settingsOf(spec, V1BETA1)), spec)
    }),
    effort(300),
  )
})

t.test('so can what v1alpha3 says, and it comes back as it was', async () => {
  fc.assert(
    fc.property(validMcrouter(), (object) => {
      const before = settingsOf(object.spec, V1ALPHA3)
      assert.deepEqual(settingsOf(V1BETA1.fromHub(before), V1BETA1), inOwnWords(before))
    }),
    effort(200),
  )
})

/** What v1alpha3 can say in two ways: a size in several units. */
function inOwnWords({ pools: [main, ...others], ...rest }: Settings): Settings {
  const bytes = itemBytes(main.maxItemSize) ?? 0
  const maxItemSize = bytes % 2 ** 20 === 0 ? `${bytes / 2 ** 20}m` : `${bytes / 2 ** 10}k`
  return { ...rest, pools: [{ ...main, maxItemSize }, ...others] }
}

t.test('an empty spec means the defaults', async (t) => {
  t.match(settingsOf({}, V1BETA1), {
    routers: {
      image: 'ghcr.io/dragoangel/mcrouter:v2026.06.29.00',
      port: 5000,
      replicas: 2,
      release: 'current',
      threads: 1,
      maxConnections: 10_000,
      timeouts: { serverMs: undefined, connectMs: 200, untilDown: 3 },
    },
    pools: [
      {
        name: 'main',
        shards: 3,
        copies: 1,
        zones: [],
        topology: 'sharded',
        writes: 'Available',
        onMiss: 'Miss',
        external: [],
        image: 'memcached:1.6-alpine',
        port: 11211,
        memoryMb: 256,
        maxItemSize: '1m',
        maxConnections: 1024,
        threads: 4,
        minReadySeconds: 10,
        resources: { limits: { memory: '371Mi' } },
      },
    ],
    prefixes: [],
  })
})

t.test('a gutter without a pool is one server like those of its pool', async (t) => {
  const { pools } = settingsOf(
    {
      memcached: { shards: 6, memory: '8Gi', gutter: {} },
      pools: [
        { name: 'users', memory: '1Gi', gutter: { ttl: '5m' } },
        { name: 'spare', shards: 2 },
      ],
    },
    V1BETA1,
  )
  t.match(pools, [
    { name: 'main', gutter: { pool: 'gutter', ttlSeconds: 60 } },
    { name: 'users', gutter: { pool: 'users-gutter', ttlSeconds: 300 } },
    { name: 'spare' },
    { name: 'gutter', shards: 1, copies: 1, memoryMb: 8192 },
    { name: 'users-gutter', shards: 1, copies: 1, memoryMb: 1024 },
  ])
  for (const { gutter } of pools.slice(2)) t.equal(gutter, undefined)
})

t.test('servers of others count as shards, in their order', async (t) => {
  const external = [
    { host: 'c1.example.com', tls: true },
    { host: '10.8.0.5', port: 11212 },
  ]
  t.match(settingsOf({ memcached: { external, copies: 3, shards: 7 } }, V1BETA1).pools, [
    {
      shards: 2,
      copies: 1,
      topology: 'sharded',
      external: [
        { host: 'c1.example.com', port: 11211, tls: true },
        { host: '10.8.0.5', port: 11212, tls: false },
      ],
    },
  ])
})

t.test('of an affinity only what was checked goes on', async (t) => {
  const term = { topologyKey: 'zone', labelSelector: {}, namespaces: ['other'], namespaceSelector: {} }
  const podAffinity = { requiredDuringSchedulingIgnoredDuringExecution: [term] }
  const { pools } = settingsOf({ memcached: { pod: { affinity: { podAffinity, more: {} } } } }, V1BETA1)
  t.strictSame(pools[0].pod.affinity, {
    podAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'zone', labelSelector: {} }],
    },
  })
})
