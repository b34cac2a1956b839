import t, { type Test } from 'tap'
import type { JsonObject } from '../../schemas/json.ts'
import { V1ALPHA3 } from '../../schemas/v1alpha3/version.ts'
import { V1BETA1 } from '../../schemas/v1beta1/version.ts'
import { KIND } from '../../schemas/well-known.ts'
import { eventually } from '../../testing/deadline.ts'
import { at } from '../support/at.ts'
import { startCluster } from '../support/cluster.ts'

// What /scale of each version means, through a real API server: kubectl and autoscalers ask the preferred one, whichever somebody wrote.

const { kubectl, apply, controlPlane, operator } = await startCluster(t)
const { client } = controlPlane
const PREFERRED = 'v1beta1'

function mcrouter(version: typeof V1ALPHA3, name: string, spec: JsonObject): JsonObject {
  return { apiVersion: version.apiVersion, kind: KIND, metadata: { name, namespace: 'default' }, spec }
}

const path = (version: string, name: string) =>
  `/apis/mcrouter.example.com/${version}/namespaces/default/mcrouters/${name}`

/** The counts as both versions have them. */
async function counts(name: string) {
  const [old, { body }] = await Promise.all([
    client.request('GET', path('v1alpha3', name)),
    client.request('GET', path('v1beta1', name)),
  ])
  const pool = Object(at(body, 'spec', 'memcached'))
  return {
    size: at(old.body, 'spec', 'memcached_pool_size'),
    setup: at(old.body, 'spec', 'pool_setup'),
    shards: pool.shards,
    copies: pool.copies,
    replicas: pool.replicas,
    kept: at(old.body, 'metadata', 'annotations', 'mcrouter.example.com/v1beta1') !== undefined,
  }
}

/** As an autoscaler does it: reads the Scale, and puts another number into it. */
async function autoscale(version: string, name: string, replicas: number) {
  const scale = `${path(version, name)}/scale`
  return await eventually('nothing comes between', async () => {
    const { body } = await client.request('GET', scale)
    const answer = await client.request('PUT', scale, { body: { ...body, spec: { replicas } } })
    return answer.status === 409 ? undefined : answer
  })
}

async function settled(t: Test, name: string, expected: JsonObject) {
  const isThere = async () => {
    const now = await counts(name)
    const same = Object.entries(expected).every(([key, value]) => Object(now)[key] === value)
    if (same) return true
    throw new Error(JSON.stringify(now))
  }
  await eventually(`${name} is ${JSON.stringify(expected)}`, isThere)
  t.match(await counts(name), expected)
}

t.before(async () => {
  await eventually('Mcrouters are converted', async () => {
    const sent = await apply(mcrouter(V1ALPHA3, 'first', {}), '--dry-run=server')
    if (sent.code === 0) return true
    throw new Error(sent.stderr)
  })
})

const REPLICATED = { setup: 'replicated', shards: 1, kept: false }
const SHARDED = { setup: 'sharded', copies: 1, kept: false }

for (const [name, spec, of] of [
  ['replicated', { pool_setup: 'replicated', memcached_pool_size: 3 }, REPLICATED],
  ['single', { pool_setup: 'replicated', memcached_pool_size: 1 }, REPLICATED],
  ['sharded', { pool_setup: 'sharded', memcached_pool_size: 3 }, SHARDED],
] as const) {
  t.test(`${name}: a scale means the size of v1alpha3, and a manifest of it means what it did`, async (t) => {
    const manifest = mcrouter(V1ALPHA3, name, spec)
    t.equal((await apply(manifest)).code, 0)
    const is = (size: number) => ({
      ...of,
      size,
      replicas: size,
      [name === 'sharded' ? 'shards' : 'copies']: size,
    })
    t.match(await kubectl(['scale', `mcrouter/${name}`, '--replicas=4']), { code: 0 })
    await settled(t, name, is(4))
    t.match(await kubectl(['scale', `mcrouter/${name}`, '--replicas=0']), {
      code: 1,
      stderr: /to have none, delete the Mcrouter/,
    })
    for (const version of ['v1alpha3', PREFERRED]) {
      for (const size of [1, 3]) {
        t.equal((await autoscale(version, name, size)).status, 200)
        await settled(t, name, is(size))
        const { body } = await client.request('GET', `${path(PREFERRED, name)}/scale`)
        t.match(body, { spec: { replicas: size } })
      }
    }
    t.match(await kubectl(['scale', `mcrouter/${name}`, '--replicas=5']), { code: 0 })
    t.equal((await apply(manifest)).code, 0)
    await settled(t, name, is(spec.memcached_pool_size))
    t.match(await kubectl(['scale', `mcrouter/${name}`, '--replicas=5']), { code: 0 })
    const replaced = await eventually('a replace that the reconciler does not come between', async () => {
      const result = await kubectl(['replace', '-f', '-'], { input: JSON.stringify(manifest) })
      return result.stderr.includes('(Conflict)') ? undefined : result
    })
    t.equal(replaced.code, 0, replaced.stderr)
    await settled(t, name, is(spec.memcached_pool_size))
  })
}

t.test('a field that is applied on the server is taken over by a scale', async (t) => {
  const serverSide = (object: JsonObject) => apply(object, '--server-side')
  const old = mcrouter(V1ALPHA3, 'owned', { pool_setup: 'replicated', memcached_pool_size: 2 })
  t.equal((await serverSide(old)).code, 0)
  t.match(await kubectl(['scale', 'mcrouter/owned', '--replicas=3']), { code: 0 })
  t.match(await serverSide(old), { code: 1, stderr: /conflict with "kubectl".* using mcrouter/s })
  const without = mcrouter(V1ALPHA3, 'owned', { pool_setup: 'replicated' })
  t.match(await serverSide(without), { code: 0 }, 'who leaves it to the scale is not in its way')
  await settled(t, 'owned', { ...REPLICATED, size: 3, copies: 3 })
})

t.test('manifests of v1beta1 mean the same however often they are applied after a scale', async (t) => {
  for (const [name, memcached, after] of [
    ['one', { shards: 1, copies: 1 }, { shards: 1, copies: 1, replicas: 1 }],
    ['counted', { shards: 3 }, { shards: 3, copies: 1, replicas: 3 }],
    ['number', { replicas: 3 }, { shards: 3, copies: 1, replicas: 3 }],
    ['mixed', { shards: 3, copies: 2 }, { shards: 3, copies: 2, replicas: 3 }],
  ] as const) {
    const manifest = mcrouter(V1BETA1, name, { memcached })
    t.equal((await apply(manifest)).code, 0)
    t.match(await kubectl(['scale', `mcrouter/${name}`, '--replicas=5']), { code: 0 })
    await settled(t, name, { ...after, shards: 5, replicas: 5 })
    for (const _ of [1, 2]) {
      t.equal((await apply(manifest)).code, 0)
      await settled(t, name, after)
    }
  }
})

/** As a controller does it, which names no field manager that anybody knows. */
async function put(name: string, memcached: JsonObject) {
  return await eventually('nothing comes between', async () => {
    const { body } = await client.request('GET', path(PREFERRED, name))
    const manifest = mcrouter(V1BETA1, name, { memcached })
    const resourceVersion = at(body, 'metadata', 'resourceVersion')
    const metadata = { ...Object(manifest.metadata), resourceVersion }
    const answer = await client.request('PUT', path(PREFERRED, name), { body: { ...manifest, metadata } })
    return answer.status === 409 ? undefined : answer
  })
}

t.test('a number that is left out follows replicas, whoever writes them and however often', async (t) => {
  for (const [name, before, manifest, after] of [
    ['five', { shards: 5 }, { replicas: 5 }, { shards: 5, copies: 1, replicas: 5 }],
    ['seven', { shards: 7 }, { replicas: 5 }, { shards: 5, copies: 1, replicas: 5 }],
    ['trio', { shards: 1, copies: 3 }, { replicas: 3 }, { shards: 1, copies: 3, replicas: 3 }],
    ['quad', { shards: 1, copies: 3 }, { shards: 1, replicas: 4 }, { shards: 1, copies: 4, replicas: 4 }],
  ] as const) {
    t.equal((await apply(mcrouter(V1BETA1, name, { memcached: before }))).code, 0)
    for (const _ of [1, 2, 3]) {
      t.match(await put(name, manifest), { status: 200 })
      t.match(await counts(name), after)
    }
    t.match(await kubectl(['scale', `mcrouter/${name}`, '--replicas=6']), { code: 0 })
    t.match(await put(name, manifest), { status: 200 })
    t.match(await counts(name), after)
  }
})

t.test('to take a number out of what is applied leaves the pool as it was scaled', async (t) => {
  for (const flags of [[], ['--server-side', '--force-conflicts']]) {
    const name = `taken-${flags.length}`
    const applied = async (memcached: JsonObject) => {
      t.match(await apply(mcrouter(V1BETA1, name, { memcached }), ...flags), { code: 0 })
      return await counts(name)
    }
    await applied({ shards: 5 })
    for (const memcached of [{ replicas: 5 }, { replicas: 5 }, {}, { memory: '512Mi' }])
      t.match(await applied(memcached), { shards: 5, copies: 1, replicas: 5 }, JSON.stringify(memcached))
    await applied({ shards: 4 })
    t.match(await kubectl(['scale', `mcrouter/${name}`, '--replicas=6']), { code: 0 })
    await settled(t, name, { shards: 6, replicas: 6 })
    t.match(await applied({}), { shards: 6, copies: 1, replicas: 6 }, 'an autoscaler takes over')
  }
})

t.test('of shards with copies both versions scale the shards, to one and back', async (t) => {
  const memcached = { shards: 3, copies: 2 }
  for (const version of ['v1alpha3', PREFERRED]) {
    const name = `grid-${version}`
    t.equal((await apply(mcrouter(V1BETA1, name, { memcached }))).code, 0)
    t.equal((await autoscale(version, name, 1)).status, 200)
    await settled(t, name, { size: 1, setup: 'sharded', shards: 1, copies: 2, replicas: 1 })
    t.equal((await autoscale(version, name, 3)).status, 200)
    await settled(t, name, { size: 3, setup: 'sharded', shards: 3, copies: 2, replicas: 3 })
  }
})

t.test('servers of others are not scaled', async (t) => {
  const memcached = { external: [{ host: '10.8.0.4' }, { host: '10.8.0.5' }] }
  t.equal((await apply(mcrouter(V1BETA1, 'others', { memcached }))).code, 0)
  t.match(await kubectl(['scale', 'mcrouter/others', '--replicas=3']), { code: 1 })
  t.equal((await autoscale('v1alpha3', 'others', 3)).status, 200, 'where there is a number to set')
  t.match(await counts('others'), { size: 2, shards: 3, replicas: undefined }, 'which changes nothing')
})

t.test('the metrics of the leader tell of a scale, and of nothing once the Mcrouter is gone', async (t) => {
  const series = async () => {
    const text = await (await fetch(`${operator.reconcilerUrl}/metrics`)).text()
    const of = /^mcrouter_operator_mcrouter_(\w+)\{namespace="default",mcrouter="told"(.*)\} (\S+)$/gm
    return Object.fromEntries(
      [...text.matchAll(of)].map(([, name = '', labels = '', value]) => [name + labels, value]),
    )
  }
  const shows = (expected: JsonObject) => async () => {
    const now = await series()
    if (Object.entries(expected).every(([name, value]) => now[name] === value)) return true
    throw new Error(JSON.stringify(now))
  }
  const well = { 'condition,type="Ready",status="True"': '1', routers_ready: '2', routers_wanted: '2' }
  t.equal((await apply(mcrouter(V1BETA1, 'told', { memcached: { shards: 2 } }))).code, 0)
  await eventually('it is Ready', shows({ ...well, servers_ready: '2', servers_wanted: '2' }))
  t.notOk('keys_moved_ratio' in (await series()))
  t.match(await kubectl(['scale', 'mcrouter/told', '--replicas=4']), { code: 0 })
  await eventually(
    'it has grown',
    shows({ ...well, servers_ready: '4', servers_wanted: '4', keys_moved_ratio: '0.5' }),
  )
  t.match(await kubectl(['delete', 'mcrouter/told']), { code: 0 })
  await eventually('its series are gone', async () => Object.keys(await series()).length === 0)
})
