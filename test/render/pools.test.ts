import t from 'tap'
import { render } from '../../render/index.ts'
import { tierOf } from '../../render/labels.ts'
import { poolOfObject } from '../../render/names.ts'
import type { Manifest, ScaleStep } from '../../render/rendering.ts'
import { poolKey, poolOfCopyKey, poolOfKey } from '../../routing/pool.ts'
import type { JsonObject } from '../../schemas/json.ts'
import { MAIN_POOL } from '../../schemas/mcrouter.ts'
import { COMPONENT_LABEL } from '../../schemas/well-known.ts'
import { mcrouterWith } from '../../testing/mcrouter.ts'
import { at } from '../support/at.ts'
import { manifestsOf, SETTINGS, specOf } from './rendered.ts'

// There is no API for further pools yet. These have the names that are easiest to take for something else.
const FURTHER = [
  { name: 'users', servers: 3, port: 21211 },
  { name: '0', servers: 1, image: 'memcached:1.6' },
  { name: 'users-0', servers: 1 },
] as const
const MCROUTER = mcrouterWith({ pools: FURTHER })

function isOf(pool: string): (manifest: Manifest) => boolean {
  return (manifest) => poolOfObject(MCROUTER, manifest) === pool
}

t.test('each pool has a StatefulSet, a Service and a budget of its own', async (t) => {
  const names = manifestsOf(MCROUTER).map(({ kind, metadata }) => `${kind} ${metadata.name}`)
  t.equal(new Set(names).size, 4 + 4 * 3)
  for (const { name, servers } of FURTHER) {
    const own = manifestsOf(MCROUTER).filter(isOf(name))
    t.strictSame(
      own.map(({ kind, metadata }) => `${kind} ${metadata.name}`),
      ['PodDisruptionBudget', 'Service', 'StatefulSet'].map((kind) => `${kind} cache-memcached-${name}`),
    )
    t.equal(at(own.at(-1), 'spec', 'replicas'), servers)
    t.equal(at(own.at(-1), 'spec', 'serviceName'), `cache-memcached-${name}`)
  }
  const [users] = manifestsOf(MCROUTER).filter(isOf('users')).slice(-1)
  t.match(at(users, 'spec', 'template', 'spec', 'containers', 0), {
    name: 'memcached',
    args: ['-p', '21211'],
  })
  const image = ['template', 'spec', 'containers', 0, 'image'] as const
  t.equal(at(specOf(MCROUTER, 'StatefulSet', 'cache-memcached-0'), ...image), 'memcached:1.6')
})

t.test('further pools change nothing of the pool that was there before them', async (t) => {
  const alone = manifestsOf(mcrouterWith()).filter(isOf(MAIN_POOL))
  t.equal(alone.length, 3)
  t.same(manifestsOf(MCROUTER).filter(isOf(MAIN_POOL)), alone)
})

t.test('a selector takes the pods of its own pool, and of no other', async (t) => {
  const manifests = manifestsOf(MCROUTER)
  const pods = manifests.flatMap((one) => {
    const labels = at(one, 'spec', 'template', 'metadata', 'labels')
    return labels === undefined ? [] : [{ of: one.metadata.name, labels: Object(labels) }]
  })
  t.equal(pods.length, 5)
  for (const { kind, metadata, spec } of manifests) {
    const selector = kind === 'Service' ? at(spec, 'selector') : at(spec, 'selector', 'matchLabels')
    if (selector === undefined) continue
    const taken = pods.filter(({ labels }) =>
      Object.entries(Object(selector)).every(([label, value]) => labels[label] === value),
    )
    t.strictSame(
      taken.map(({ of }) => of),
      [metadata.name],
      `${kind} ${metadata.name}`,
    )
  }
})

t.test('the pool of an object and of a pod is read back from its name and labels', async (t) => {
  for (const { name } of MCROUTER.pools) {
    const own = manifestsOf(MCROUTER).filter(isOf(name))
    t.equal(own.length, 3)
    for (const { metadata } of own)
      t.strictSame(tierOf(metadata.labels[COMPONENT_LABEL]), { pool: name }, metadata.name)
    t.equal(poolOfKey(poolKey(name)), name)
  }
  t.equal(tierOf('mcrouter'), 'mcrouter')
  for (const other of ['memcached-main', 'memcached-', 'memcached-a.b', 'redis', '', 7])
    t.equal(tierOf(other), undefined, `${other}`)
  for (const name of [
    'cache',
    'cache-config',
    'cache-memcached-',
    'cache-memcached-main',
    'cache-memcachedx',
  ])
    t.equal(poolOfObject(MCROUTER, { kind: 'Service', metadata: { name } }), undefined, name)
})

t.test('routers know every pool by name; those of single servers are of the first', async (t) => {
  const pools = configOf(new Map())
  t.strictSame(Object.keys(pools), [
    'memcached',
    'memcached-0',
    'memcached-1',
    'memcached.users',
    'memcached.0',
    'memcached.users-0',
  ])
  t.strictSame(at(pools, 'memcached.users', 'servers', 0), server('users', 0, 21211))
  t.strictSame(Object.keys(pools).map(poolOfKey), ['main', undefined, undefined, 'users', '0', 'users-0'])
})

t.test(
  'while one pool is being scaled, no other changes, and what is not routed to is left out',
  async (t) => {
    const growing = configOf(new Map([['users', { servers: 5, routed: 3 }]]))
    t.strictSame(growing, configOf(new Map()))
    const { 'memcached.users': _, ...others } = configOf(new Map())
    t.strictSame(configOf(new Map([['users', { servers: 3, routed: 0 }]])), others)
  },
)

t.test('while a pool is resized warm, routers know all of its servers, and which of them stay', async (t) => {
  const resize = { from: 3, to: 2, phase: 'mirror' } as const
  const pools = configOf(new Map([['users', { servers: 3, routed: 3, resize }]]))
  // No prefix leads to it, so that only what is routed to as such has the part that stays.
  t.strictSame(pools, configOf(new Map()))
  const main = { from: 2, to: 3, phase: 'flip' } as const
  const routed = configOf(new Map([[MAIN_POOL, { servers: 3, routed: 3, resize: main }]]))
  t.strictSame(Object.keys(routed), [
    'memcached',
    'memcached-kept',
    'memcached.users',
    'memcached.0',
    'memcached.users-0',
  ])
  t.equal(Object(at(routed, 'memcached', 'servers')).length, 3)
  t.strictSame(
    at(routed, 'memcached-kept', 'servers'),
    Object(at(routed, 'memcached', 'servers')).slice(0, 2),
  )
  t.strictSame(
    ['memcached-kept', 'memcached.users.kept'].flatMap((key) => [poolOfKey(key), poolOfCopyKey(key)]),
    [undefined, undefined, undefined, undefined],
  )
})

function server(pool: string, ordinal: number, port: number): string {
  return `cache-memcached-${pool}-${ordinal}.cache-memcached-${pool}.shop.svc.cluster.local:${port}`
}

function configOf(steps: ReadonlyMap<string, ScaleStep>): JsonObject {
  return Object(at(JSON.parse(render(MCROUTER, { ...SETTINGS, steps }).config), 'pools'))
}

t.test('of a pool whose servers others run there is nothing but a list of them', async (t) => {
  const external = [{ host: '10.8.0.4', port: 11211, tls: false }]
  const pools = [{ name: 'old', shards: 1, copies: 1, external }]
  const mcrouter = mcrouterWith({ pools })
  const [without, manifests] = [manifestsOf(mcrouterWith()), manifestsOf(mcrouter)]
  t.strictSame(
    manifests.map(({ kind, metadata }) => `${kind} ${metadata.name}`),
    without.map(({ kind, metadata }) => `${kind} ${metadata.name}`),
  )
  const config = JSON.parse(render(mcrouter, SETTINGS).config)
  t.strictSame(at(config, 'pools', 'memcached.old', 'servers'), ['10.8.0.4:11211'])
  const alone = mcrouterWith({ memcached: { shards: 1, copies: 1, external } })
  t.notOk(manifestsOf(alone).some(({ kind }) => kind === 'StatefulSet'))
  t.strictSame(at(JSON.parse(render(alone, SETTINGS).config), 'pools', 'memcached', 'servers'), [
    '10.8.0.4:11211',
  ])
})
