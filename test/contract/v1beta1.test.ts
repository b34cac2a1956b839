import t from 'tap'
import { SETTINGS, TOPOLOGIES, topologyOf } from '../../build/topologies/topology.ts'
import { render } from '../../render/index.ts'
import { customResourceDefinition } from '../../schemas/generate/crd.ts'
import { isJsonObject, type JsonObject } from '../../schemas/json.ts'
import { defaultsOf } from '../../schemas/validation/defaults.ts'
import { judge } from '../../schemas/validation/judge.ts'
import { KIND } from '../../schemas/well-known.ts'
import { startControlPlane } from '../../testing/control-plane/index.ts'
import { eventually } from '../../testing/deadline.ts'
import { BOTH, V1BETA1 } from '../schemas/v1beta1/version.ts'
import { at } from '../support/at.ts'

/** Without images, which come from the operator's settings. */
const BY_SCHEMA = defaultsOf(V1BETA1.schema)

const MCROUTERS = '/apis/mcrouter.example.com/v1beta1/namespaces/default/mcrouters'

/** What the API server says by itself of a version that is not served yet. */
t.test('v1beta1, by the API server itself', async (t) => {
  const { kubectl, client, stop } = await startControlPlane()
  t.teardown(() => stop())
  const conversion = { service: { namespace: 'default', name: 'server', path: '/convert' } }
  const both = JSON.stringify(customResourceDefinition(BOTH, conversion))
  const dry = await kubectl(['create', '--dry-run=server', '-f', '-'], { input: both })
  t.equal(dry.code, 0, dry.stderr)

  const alone = JSON.stringify(customResourceDefinition({ v1beta1: V1BETA1 }, conversion))
  const crd = await kubectl(['create', '-f', '-'], { input: alone })
  t.equal(crd.code, 0, crd.stderr)
  const object = (name: string, spec: JsonObject) => ({
    apiVersion: V1BETA1.apiVersion,
    kind: KIND,
    metadata: { name },
    spec,
  })
  const create = (spec: JsonObject, name = 'cache') =>
    client.request('POST', `${MCROUTERS}?dryRun=All`, { body: object(name, spec) })
  await eventually('the API is served', async () => (await create({})).status === 201)

  t.test('fills in every default but images, which the operator does', async (t) => {
    t.same((await create({})).body.spec, BY_SCHEMA({}))
    t.same(at((await create({ config: CONFIG })).body, 'spec', 'config'), CONFIG)
    const pools = [{ name: 'more', shards: 1, external: [{ host: '10.8.0.4' }] }]
    t.same((await create({ pools })).body.spec, BY_SCHEMA({ pools }))
  })

  t.test('takes what people run', async (t) => {
    for (const spec of ACCEPTED) {
      const { status, text } = await create(spec)
      t.equal(status, 201, text)
    }
  })

  t.test('takes the example of each topology, and what that expands to', async (t) => {
    for (const name of TOPOLOGIES) {
      const { manifest, mcrouter } = topologyOf(name, BOTH)
      const applied = await kubectl(['apply', '-f', '-', '-o', 'json'], { input: manifest })
      t.equal(applied.code, 0, applied.stderr)
      const stored: unknown = JSON.parse(applied.stdout)
      t.match(stored, { metadata: { name: mcrouter.name }, spec: { router: { replicas: 2, port: 5000 } } })
      if (isJsonObject(stored)) t.ok(judge(stored, { versions: BOTH }).accepted, name)
      const objects = JSON.stringify({
        apiVersion: 'v1',
        kind: 'List',
        items: render(mcrouter, SETTINGS).manifests,
      })
      const dry = await kubectl(['create', '--dry-run=server', '-f', '-'], { input: objects })
      t.equal(dry.code, 0, dry.stderr)
    }
  })

  t.test('refuses what fields cannot be together, each with its reason', async (t) => {
    for (const [said, spec] of REFUSED) {
      const { status, body } = await create(spec)
      t.equal(status, 422, said)
      t.ok(String(body.message).includes(said), `${said}: ${body.message}`)
    }
    t.match(await create({}, '1st'), { status: 422, text: /metadata\.name must be at most 42/ })
  })

  t.test('reckons with a scale before anything else has seen it', async (t) => {
    const both = [{ name: 'users', shards: 1 }]
    for (const [name, spec, replicas, said] of SCALED) {
      const memcached = { replicas: 1, ...spec }
      await client.request('POST', MCROUTERS, { body: object(name, { memcached, pools: both }) })
      const body = { spec: { replicas } }
      const contentType = 'application/merge-patch+json'
      const { status, text } = await client.request('PATCH', `${MCROUTERS}/${name}/scale`, {
        body,
        contentType,
      })
      t.equal(status, said === undefined ? 200 : 422, `${name}: ${text}`)
      if (said !== undefined) t.ok(text.includes(said), text)
    }
  })

  t.test('keeps the fields of two appliers apart', async (t) => {
    const apply = (manager: string, spec: JsonObject) =>
      client.request('PATCH', `${MCROUTERS}/shared?fieldManager=${manager}`, {
        body: object('shared', spec),
        contentType: 'application/apply-patch+yaml',
      })
    const users = { pools: [{ name: 'users', shards: 2 }], prefixes: [{ prefix: 'user:', pool: 'users' }] }
    t.equal((await apply('one', users)).status, 201)
    const { body } = await apply('other', { pools: [{ name: 'locks', copies: 3, shards: 1 }] })
    t.match(body.spec, {
      pools: [
        { name: 'users', shards: 2 },
        { name: 'locks', copies: 3 },
      ],
      prefixes: [{}],
    })
  })
})

/** What is stored, what a scale sets, and what is said of that. */
const SCALED: readonly (readonly [string, JsonObject, number, string?])[] = [
  ['shards', { shards: 1, copies: 1 }, 999],
  ['servers', { shards: 1, copies: 1 }, 1000, 'all pools together have at most 1000 servers'],
  ['mixed', { shards: 3, copies: 2, replicas: 3 }, 501, 'all pools together have at most 1000 servers'],
  ['copies', { shards: 1, copies: 3, replicas: 3 }, 200],
  ['many', { shards: 1, copies: 3, replicas: 3 }, 201, 'have at most 200 copies together'],
  [
    'asked',
    { shards: 1, copies: 3, replicas: 3, onMiss: 'AskCopies' },
    33,
    'must be at most 32 where onMiss',
  ],
  ['gutter', { shards: 1, copies: 1, replicasOf: 'Copies', gutter: {} }, 2, 'must be 1 with gutter'],
  ['none', { shards: 3, copies: 1, replicas: 3 }, 0, 'greater than or equal to 1'],
]

const ACCEPTED: readonly JsonObject[] = [
  { memcached: { shards: 3, memory: '4Gi' } },
  { memcached: { shards: 1, copies: 3, memory: '1Gi', onMiss: 'AskCopies' } },
  { memcached: { shards: 4, copies: 2, memory: '8Gi' } },
  {
    memcached: { shards: 6, memory: '8Gi', gutter: { pool: 'spare', ttl: '60s' } },
    pools: [{ name: 'spare', shards: 2, memory: '2Gi' }],
  },
  {
    pools: [
      { name: 'locks', shards: 1, copies: 3, writes: 'Strict' },
      { name: 'users', shards: 2 },
    ],
    prefixes: [
      { prefix: 'lock:', pool: 'locks' },
      { prefix: 'user:', pool: 'users' },
    ],
  },
  { memcached: { external: [{ host: '10.8.0.4' }], maxConnections: 64 }, router: { replicas: 100 } },
  {
    memcached: { external: [{ host: '10.8.0.4' }], copies: 2, shards: 900, gutter: { pool: 'spare' } },
    pools: [{ name: 'spare', copies: 2, external: [{ host: '10.8.0.6' }] }],
  },
  {
    memcached: { shards: 8, warmUp: { from: 'old', ttl: '1h' } },
    pools: [{ name: 'old', external: [{ host: '10.8.0.4' }, { host: '10.8.0.5', port: 11_212, tls: true }] }],
  },
]

const CONFIG = { route: { type: 'PoolRoute', pool: 'main', deep: [{ any: null, of: [1.5, true] }] } }
const MAIN = 'spec.memcached'

/** What is said of each. */
const REFUSED: readonly (readonly [said: string, spec: JsonObject])[] = [
  ['must be Shards, or left out', { memcached: { shards: 3, replicasOf: 'Copies' } }],
  ['must be left out with external', { memcached: { external: [{ host: '10.8.0.4' }], replicas: 1 } }],
  [
    'spec.prefixes: Invalid value: must be empty beside config',
    { config: CONFIG, pools: [{ name: 'a' }], prefixes: [{ prefix: 'a:', pool: 'a' }] },
  ],
  [
    'spec.config: Invalid value: no pool may have gutter',
    { config: CONFIG, pools: [{ name: 'a', gutter: {} }] },
  ],
  [
    `${MAIN}.copies: Invalid value: shards × copies must be at most 1000`,
    { memcached: { shards: 600, copies: 2 } },
  ],
  [
    `${MAIN}.shards: Invalid value: all pools together have at most 1000 servers`,
    { memcached: { shards: 600, gutter: {} }, pools: [{ name: 'a', shards: 200, copies: 2 }] },
  ],
  [
    `${MAIN}.memory: Invalid value: "100Ki": must be a whole number of Mi`,
    { memcached: { memory: '100Ki' } },
  ],
  [`${MAIN}.memory: Invalid value: "2Ti": must be a whole number of Mi`, { memcached: { memory: '2Ti' } }],
  [
    `${MAIN}.maxItemSize: Invalid value: "700Ki": must be a multiple of 512Ki`,
    { memcached: { maxItemSize: '700Ki' } },
  ],
  [
    `${MAIN}.maxItemSize: Invalid value: must be at most half of memory`,
    { memcached: { maxItemSize: '200Mi' } },
  ],
  [
    `${MAIN}.pod.resources.limits.memory: Invalid value: must be at least memory`,
    { memcached: { pod: { resources: { limits: { memory: '256Mi' } } } } },
  ],
  [
    'spec.pools[0].pod.resources.requests.cpu: Invalid value: must not be more than limits.cpu',
    { pools: [{ name: 'a', pod: { resources: { requests: { cpu: 2 }, limits: { cpu: 1 } } } }] },
  ],
  [
    'spec.router.pod.resources.requests.memory: Invalid value: "512m": must be a quantity of at least 1Mi',
    { router: { pod: { resources: { requests: { memory: '512m' } } } } },
  ],
  [`${MAIN}.copies: Invalid value: must be 1 with gutter`, { memcached: { copies: 2, gutter: {} } }],
  [
    'spec.pools[0].copies: Invalid value: must be 1 with warmUp',
    { pools: [{ name: 'a', copies: 2, warmUp: { from: 'main' } }] },
  ],
  [
    `${MAIN}.maxConnections: Invalid value: must be at least 32 and twice router.replicas`,
    { memcached: { maxConnections: 64 }, router: { replicas: 50 } },
  ],
  [
    'spec.pools: Invalid value: maxConnections of each must be at least 32',
    { pools: [{ name: 'a', maxConnections: 64 }], router: { replicas: 50 } },
  ],
  [
    `${MAIN}.maxConnections: Invalid value: must be at least 32`,
    {
      memcached: { external: [{ host: '10.8.0.4' }], maxConnections: 64, gutter: {} },
      router: { replicas: 50 },
    },
  ],
  [
    `${MAIN}.copies: Invalid value: must be at most 32 where onMiss is AskCopies`,
    { memcached: { shards: 1, copies: 33, onMiss: 'AskCopies' } },
  ],
  [
    `${MAIN}.gutter.pool: Invalid value: must name another pool of the spec, with 1 copy`,
    { memcached: { gutter: { pool: 'a' } }, pools: [{ name: 'a', copies: 2 }] },
  ],
  [
    `${MAIN}.warmUp.from: Invalid value: must not be the gutter`,
    { memcached: { gutter: { pool: 'a' }, warmUp: { from: 'a' } }, pools: [{ name: 'a' }] },
  ],
  [
    'spec.pools: Invalid value: none of these may warm up from its gutter',
    { pools: [{ name: 'a' }, { name: 'b', gutter: { pool: 'a' }, warmUp: { from: 'a' } }] },
  ],
  ...['__mcrouter__.', 'user|#|', '/a/b/'].map(
    (prefix) =>
      [
        `spec.prefixes[0].prefix: Invalid value: "${prefix}": must not begin as`,
        { prefixes: [{ prefix, pool: 'main' }] },
      ] as const,
  ),
  ['spec.pools[0].name: Invalid value: "main": must not be main', { pools: [{ name: 'main' }] }],
  ['spec.pools[1]: Duplicate value', { pools: [{ name: 'a' }, { name: 'a' }] }],
  ['spec.prefixes: Invalid value: each must name a pool', { prefixes: [{ prefix: 'a:', pool: 'a' }] }],
  [`${MAIN}.gutter.pool: Invalid value: must name another pool`, { memcached: { gutter: { pool: 'a' } } }],
  [
    `${MAIN}.warmUp.from: Invalid value: must name another pool of the spec, with 1 copy`,
    { memcached: { warmUp: { from: 'a' } }, pools: [{ name: 'a', copies: 2 }] },
  ],
  [
    'spec.pools: Invalid value: the gutter of each must be another pool',
    { pools: [{ name: 'a', gutter: { pool: 'a' } }] },
  ],
  [
    'spec.pools: Invalid value: each must warm up from another pool',
    { pools: [{ name: 'a', warmUp: { from: 'a' } }] },
  ],
  [
    `${MAIN}.gutter.pool: Invalid value: must not be the pool of a prefix`,
    { memcached: { gutter: { pool: 'a' } }, pools: [{ name: 'a' }], prefixes: [{ prefix: 'a:', pool: 'a' }] },
  ],
  [
    'spec.pools: Invalid value: no gutter of these may be the pool of a prefix',
    {
      pools: [{ name: 'a' }, { name: 'b', gutter: { pool: 'a' } }],
      prefixes: [{ prefix: 'a:', pool: 'a' }],
    },
  ],
  ['spec.router.debugFifoRoot: Invalid value: "/usr/fifos"', { router: { debugFifoRoot: '/usr/fifos' } }],
  [
    'spec.router.service.loadBalancerClass: Invalid value: must be left out unless',
    { router: { service: { loadBalancerClass: 'a' } } },
  ],
  [
    'spec.router.service.externalTrafficPolicy: Invalid value: must be left out when',
    { router: { service: { externalTrafficPolicy: 'Local' } } },
  ],
  [
    'spec.router.service.labels: Invalid value: the keys',
    { router: { service: { labels: { 'a b': 'c' } } } },
  ],
  [
    `${MAIN}.pod.nodeSelector: Invalid value: the keys`,
    { memcached: { pod: { nodeSelector: { 'a b': 'c' } } } },
  ],
  [
    'spec.router.pod.tolerations[0]: Invalid value: operator must be',
    { router: { pod: { tolerations: [{}] } } },
  ],
  [
    `${MAIN}.pod.topologySpreadConstraints[0]: Invalid value: whenUnsatisfiable must be DoNotSchedule`,
    {
      memcached: {
        pod: {
          topologySpreadConstraints: [
            { topologyKey: 'a', maxSkew: 1, whenUnsatisfiable: 'ScheduleAnyway', minDomains: 2 },
          ],
        },
      },
    },
  ],
]
