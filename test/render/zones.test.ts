import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import t from 'tap'
import { render } from '../../render/index.ts'
import { copyOfObject, poolOfObject } from '../../render/names.ts'
import type { ScaleStep } from '../../render/rendering.ts'
import { checkConfig } from '../../routing/language/check-config.ts'
import { routePrefix } from '../../routing/route-prefix.ts'
import { isJsonObject } from '../../schemas/json.ts'
import { effort } from '../../testing/effort.ts'
import { mcrouterWith } from '../../testing/mcrouter.ts'
import { isDnsLabel } from '../../text/label.ts'
import { meaningOf } from '../routing/meaning.ts'
import { at } from '../support/at.ts'
import { manifestsOf, podSpecs, SETTINGS, specOf } from './rendered.ts'

const ZONES = ['eu-1a', 'eu-1b', 'eu-1c']
const MAIN = { shards: 3, copies: 3, zones: ZONES }
const COPY = 'mcrouter.example.com/copy'
const ZONE = 'topology.kubernetes.io/zone'
const MCROUTER = mcrouterWith({
  memcached: MAIN,
  pools: [
    { name: 'users', shards: 2, copies: 3, zones: ZONES },
    { name: 'spare', shards: 2, copies: 1, zones: [] },
  ],
  prefixes: [
    { prefix: 'user:', pool: 'users' },
    { prefix: 'spare:', pool: 'spare' },
  ],
  routers: { replicas: 7 },
  access: { from: [{ podSelector: {} }] },
})

function configOf(mcrouter = MCROUTER, steps: Readonly<Record<string, ScaleStep>> = {}) {
  const config: unknown = JSON.parse(
    render(mcrouter, { ...SETTINGS, steps: new Map(Object.entries(steps)) }).config,
  )
  assert(isJsonObject(config))
  return config
}

t.test('all that is rendered means what was tried on the real mcrouter', async (t) => {
  const file = new URL('../fixtures/golden/multizone-replicated.json', import.meta.url)
  const tried = JSON.parse(readFileSync(file, 'utf8'))
  const text = render(
    mcrouterWith({
      memcached: MAIN,
      routers: { release: 'current', timeouts: { serverMs: 500, connectMs: 200, untilDown: 3 } },
    }),
    SETTINGS,
  ).config.replaceAll(
    /cache-copy-(\d)-(\d)\.cache-memcached\.shop\./g,
    (_, copy: string, shard: string) => `mc-${'abc'[Number(copy)]}-${shard}.mc-${'abc'[Number(copy)]}.cache.`,
  )
  const { routes, ...ours } = JSON.parse(text)
  t.strictSame(Object.keys(routes), ['/././', '/copy/1/', '/copy/2/'])
  for (const [place, zone] of ['a', 'b', 'c'].entries()) {
    t.strictSame(
      meaningOf({ ...ours, route: routes[routePrefix(place)] }),
      meaningOf({ ...tried, route: tried.routes[`/k8s/zone-${zone}/`] }),
      zone,
    )
  }
})

t.test('each copy has a StatefulSet, each zone a Deployment, and the rest is there once', async (t) => {
  t.strictSame(
    manifestsOf(MCROUTER)
      .map(({ kind, metadata }) => `${kind} ${metadata.name}`)
      .sort(),
    [
      'ConfigMap cache-config',
      ...[0, 1, 2].map((copy) => `Deployment cache-mcrouter-${copy}`),
      ...['NetworkPolicy', 'PodDisruptionBudget', 'Service'].flatMap((kind) =>
        ['cache', 'cache-memcached', 'cache-memcached-spare', 'cache-memcached-users'].map(
          (name) => `${kind} ${name}`,
        ),
      ),
      ...[0, 1, 2].flatMap((copy) => [
        `StatefulSet cache-copy-${copy}`,
        `StatefulSet cache-copy-${copy}-users`,
      ]),
      'StatefulSet cache-memcached-spare',
    ].sort(),
  )
  for (const { kind, metadata, spec } of manifestsOf(MCROUTER)) {
    const copy = copyOfObject(MCROUTER, { kind, metadata })
    t.equal(metadata.labels[COPY], copy === undefined ? undefined : `${copy}`, metadata.name)
    if (copy === undefined) continue
    t.equal(at(spec, 'selector', 'matchLabels', COPY), `${copy}`)
    t.equal(at(spec, 'template', 'metadata', 'labels', COPY), `${copy}`)
    t.strictSame(at(spec, 'template', 'spec', 'nodeSelector'), { [ZONE]: ZONES[copy] })
    t.strictSame(
      at(spec, 'template', 'spec', 'topologySpreadConstraints', 1),
      undefined,
      'within it, apart by node',
    )
  }
})

t.test('a server keeps the Service of its pool, and has the ordinal of its shard', async (t) => {
  for (const copy of [0, 1, 2]) {
    const users = specOf(MCROUTER, 'StatefulSet', `cache-copy-${copy}-users`)
    t.match(users, { serviceName: 'cache-memcached-users', replicas: 2 })
    t.equal(
      poolOfObject(MCROUTER, { kind: 'StatefulSet', metadata: { name: `cache-copy-${copy}-users` } }),
      'users',
    )
  }
})

t.test('a Service, a budget and a policy select the pods of all zones', async (t) => {
  for (const { kind, metadata, spec } of manifestsOf(MCROUTER)) {
    if (!['Service', 'PodDisruptionBudget', 'NetworkPolicy'].includes(kind)) continue
    const selector =
      at(spec, 'podSelector', 'matchLabels') ?? at(spec, 'selector', 'matchLabels') ?? at(spec, 'selector')
    t.ok(isJsonObject(selector) && !(COPY in selector), `${kind} ${metadata.name}`)
  }
  t.equal(at(specOf(MCROUTER, 'Service', 'cache'), 'trafficDistribution'), 'PreferSameZone')
  t.equal(at(specOf(mcrouterWith(), 'Service', 'cache'), 'trafficDistribution'), undefined)
})

t.test('routers are shared out evenly, and told the routing prefix of their zone', async (t) => {
  const deployments = [0, 1, 2].map((copy) => specOf(MCROUTER, 'Deployment', `cache-mcrouter-${copy}`))
  t.strictSame(
    deployments.map((spec) => at(spec, 'replicas')),
    [3, 2, 2],
  )
  const prefixes = deployments.map((spec) => {
    const args = at(spec, 'template', 'spec', 'containers', 0, 'args')
    return Array.isArray(args) ? args.filter((arg) => String(arg).startsWith('--route-prefix')) : args
  })
  t.strictSame(prefixes, [[], ['--route-prefix=/copy/1/'], ['--route-prefix=/copy/2/']])
})

t.test('what a spec says of pods is beside the zone', async (t) => {
  const pod = {
    nodeSelector: { disk: 'ssd' },
    topologySpreadConstraints: [
      { topologyKey: 'rack', maxSkew: 1, whenUnsatisfiable: 'DoNotSchedule' as const },
    ],
  }
  const spec = specOf(mcrouterWith({ memcached: { ...MAIN }, pod }), 'StatefulSet', 'cache-copy-1')
  t.strictSame(at(spec, 'template', 'spec', 'nodeSelector'), { disk: 'ssd', [ZONE]: 'eu-1b' })
  t.match(at(spec, 'template', 'spec', 'topologySpreadConstraints'), [{ topologyKey: 'rack' }])
})

t.test('a pod of a zone holds to the restricted Pod Security level', async (t) => {
  const pods = podSpecs(MCROUTER)
  t.equal(pods.length, 3 + 6 + 1)
  for (const pod of pods) {
    t.match(at(pod, 'securityContext'), { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } })
    t.match(at(pod, 'containers', 0, 'securityContext'), {
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
    })
    for (const field of ['hostNetwork', 'hostPID', 'hostIPC']) t.equal(at(pod, field), undefined)
  }
})

t.test(
  'a pool without zones is routed the same in each, and mcrouter of every release takes all',
  async (t) => {
    for (const release of ['37', '40', '41', 'current'] as const) {
      const config = configOf({ ...MCROUTER, routers: { ...MCROUTER.routers, release } })
      for (const place of [0, 1, 2]) {
        const verdict = checkConfig(config, { release, defaultRoute: routePrefix(place) })
        t.match(verdict, { accepted: true, warnings: [] }, JSON.stringify(verdict))
      }
      const routes = [0, 1, 2].map((place) => at(config, 'routes', routePrefix(place), 'policies'))
      t.strictSame(
        routes.map((policies) => at(policies, 'spare:')),
        ['spare.keys', 'spare.keys', 'spare.keys'],
      )
      t.strictSame(
        routes.map((policies) => at(policies, 'user:')),
        ['users.keys-0', 'users.keys-1', 'users.keys-2'],
      )
    }
  },
)

t.test('until its copy is routed to, a zone reads the first', async (t) => {
  const mcrouter = mcrouterWith({ memcached: MAIN })
  const routes = at(configOf(mcrouter, { main: { servers: 9, routed: 6, copies: 2 } }), 'routes')
  t.strictSame(at(routes, '/copy/2/'), at(routes, '/././'))
  t.notSame(at(routes, '/copy/1/'), at(routes, '/././'))
})

t.test(
  'while a pool is given zones, and while it loses them, routers use the servers that there are',
  async (t) => {
    const given = configOf(mcrouterWith({ memcached: MAIN }), {
      main: { servers: 9, routed: 4, copies: 2, zoned: false },
    })
    t.match(at(given, 'pools', 'memcached', 'servers', 3), /^cache-memcached-3\.cache-memcached\./)
    t.strictSame(at(given, 'routes', '/copy/1/'), at(given, 'routes', '/././'))
    const lost = configOf(mcrouterWith({ memcached: { shards: 3, copies: 1 } }), {
      main: { servers: 3, routed: 6, copies: 2, zoned: true },
    })
    t.match(at(lost, 'pools', 'memcached', 'servers', 3), /^cache-copy-1-1\.cache-memcached\./)
    t.match(at(lost, 'route', 'operation_policies', 'incr'), /^ErrorRoute/)
  },
)

t.test('a copy can have other replicas than the rest, and reads of a new zone go past misses', async (t) => {
  const mcrouter = mcrouterWith({ memcached: MAIN })
  const steps = new Map([
    ['main', { servers: 8, byCopy: [3, 3, 2], routed: 6, copies: 3, filling: true, fillingFrom: 2 }],
  ])
  const { manifests, config } = render(mcrouter, { ...SETTINGS, steps })
  const sets = manifests.filter(({ kind }) => kind === 'StatefulSet')
  t.strictSame(
    sets.map(({ spec }) => at(spec, 'replicas')),
    [3, 3, 2],
  )
  const gets = [0, 1, 2].map((place) =>
    at(JSON.parse(config), 'routes', routePrefix(place), 'operation_policies', 'get'),
  )
  t.strictSame(gets, ['from-0', 'from-1', 'read-or-ask-2'])
})

t.test('no two objects of a Mcrouter in zones are called the same, and every name is a label', async () => {
  const pool = fc.constantFrom('a', '0', 'copy-0', 'mcrouter', 'users')
  fc.assert(
    fc.property(
      fc.uniqueArray(pool),
      fc.integer({ min: 2, max: 10 }),
      fc.integer({ min: 1, max: 42 }),
      (names, count, length) => {
        const zones = Array.from({ length: count }, (_, zone) => `z${zone}`)
        const layout = { shards: 1, copies: count, zones }
        const mcrouter = mcrouterWith({
          name: 'c'.repeat(length),
          memcached: layout,
          pools: names.map((name) => ({ name, ...layout })),
          routers: { replicas: count },
        })
        const all = manifestsOf(mcrouter)
        const ids = all.map(({ kind, metadata }) => `${kind} ${metadata.name}`)
        assert.equal(new Set(ids).size, ids.length)
        for (const { kind, metadata } of all) {
          assert(isDnsLabel(metadata.name), metadata.name)
          // The label controller-revision-hash of a pod is the name of its StatefulSet and ten characters.
          if (kind === 'StatefulSet') assert(isDnsLabel(`${metadata.name}-0123456789`) || names.length > 0)
        }
        assert.equal(all.filter(({ kind }) => kind === 'StatefulSet').length, count * (names.length + 1))
      },
    ),
    effort(50),
  )
})
