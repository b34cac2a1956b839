import t from 'tap'
import { SETTINGS, TOPOLOGIES, topologyOf } from '../../build/topologies/topology.ts'
import { render } from '../../render/index.ts'
import { customResourceDefinition } from '../../schemas/generate/crd.ts'
import { isJsonObject, type JsonObject } from '../../schemas/json.ts'
import { judge } from '../../schemas/validation/judge.ts'
import { KIND } from '../../schemas/well-known.ts'
import { startControlPlane } from '../../testing/control-plane/index.ts'
import { eventually } from '../../testing/deadline.ts'
import { ACCEPTED, CONFIG, REFUSED } from '../schemas/v1beta1/specs.ts'
import { BOTH, byApiServer, V1BETA1 } from '../schemas/v1beta1/version.ts'
import { at } from '../support/at.ts'

const MCROUTERS = '/apis/mcrouter.example.com/v1beta1/namespaces/default/mcrouters'

/** What the API server says by itself of it. */
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

  t.test(
    'fills in every default but images, and counts of the main pool, which the operator does',
    async (t) => {
      t.same((await create({})).body.spec, byApiServer({}))
      t.same(at((await create({ config: CONFIG })).body, 'spec', 'config'), CONFIG)
      const pools = [{ name: 'more', shards: 1, external: [{ host: '10.8.0.4' }] }]
      t.same((await create({ pools })).body.spec, byApiServer({ pools }))
    },
  )

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
      t.match(stored, { metadata: { name: mcrouter.name }, spec: { router: { port: 5000 } } })
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

  t.test('refuses another layout beside replicas that do not follow', async (t) => {
    const patched = async (name: string, memcached: JsonObject) => {
      const contentType = 'application/merge-patch+json'
      const body = { spec: { memcached } }
      return client.request('PATCH', `${MCROUTERS}/${name}?dryRun=All`, { body, contentType })
    }
    for (const [name, memcached, refused, taken] of UNSEEN) {
      const created = await client.request('POST', MCROUTERS, { body: object(name, { memcached }) })
      t.equal(created.status, 201, created.text)
      for (const patch of refused) {
        const { status, text } = await patched(name, patch)
        t.equal(status, 422, `${name}: ${JSON.stringify(patch)}`)
        t.ok(/spec\.memcached\.replicas: .*must follow shards and copies/.test(text), text)
      }
      for (const patch of taken) t.equal((await patched(name, patch)).status, 200, JSON.stringify(patch))
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
  ['left-out', {}, 999],
  ['left-out-servers', {}, 1000, 'all pools together have at most 1000 servers'],
  ['left-out-copies', { replicasOf: 'Copies' }, 200],
  ['left-out-many', { replicasOf: 'Copies' }, 201, 'have at most 200 copies together'],
]

/** What is stored, what nothing but the API server has seen and refuses, and what it takes. */
const UNSEEN: readonly (readonly [string, JsonObject, readonly JsonObject[], readonly JsonObject[]])[] = [
  [
    'three-shards',
    { shards: 3, copies: 1, replicas: 3 },
    [{ shards: 4 }, { shards: 1, copies: 3, replicas: 4 }],
    [
      { shards: 4, replicas: 4 },
      { shards: 4, replicas: null },
      { shards: 1, copies: 3 },
      { copies: 2 },
      { memory: '512Mi' },
      { replicas: 5 },
      { shards: null },
      { shards: null, copies: null, replicas: 5 },
    ],
  ],
  [
    'three-copies',
    { shards: 1, copies: 3, replicas: 3 },
    [
      { copies: 1 },
      { copies: 5 },
      { shards: 2 },
      { replicasOf: 'Shards' },
      { copies: null },
      { shards: null },
    ],
    [{ copies: 1, replicas: 1 }, { copies: 5, replicas: 5 }, { replicasOf: 'Copies' }, { replicas: 5 }],
  ],
  [
    'out-of-step',
    { shards: 3, copies: 1, replicas: 5 },
    [{ shards: 4 }],
    [{ shards: 5 }, { memory: '512Mi' }, { replicas: 7 }],
  ],
  ['without', { shards: 3, copies: 1 }, [], [{ shards: 4 }, { shards: 1, copies: 3 }]],
  ['no-counts', {}, [{ replicas: 5, copies: 2, shards: 4 }], [{ shards: 4 }, { copies: 2 }, { replicas: 5 }]],
  ['alone', { replicas: 5 }, [{ shards: 4 }], [{ shards: 5 }, { copies: 2 }, { replicas: 7 }]],
  [
    'alone-of-copies',
    { replicas: 3, replicasOf: 'Copies' },
    [{ replicasOf: null }, { copies: 2 }],
    [{ copies: 3 }, { shards: 1 }, { replicas: 5 }],
  ],
]
