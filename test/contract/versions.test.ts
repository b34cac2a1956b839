import t from 'tap'
import { isJsonObject, type JsonObject } from '../../schemas/json.ts'
import { V1ALPHA3 } from '../../schemas/v1alpha3/version.ts'
import { V1BETA1 } from '../../schemas/v1beta1/version.ts'
import { KIND, specAnnotation } from '../../schemas/well-known.ts'
import { eventually } from '../../testing/deadline.ts'
import { at } from '../support/at.ts'
import { startCluster } from '../support/cluster.ts'

// One object in both versions of the API, through a real API server and the operator's webhooks.

const cluster = await startCluster(t)
const { kubectl, apply } = cluster
const { client } = cluster.controlPlane
const OLD = 'mcrouters.v1alpha3.mcrouter.example.com'
const NEW = 'mcrouters.v1beta1.mcrouter.example.com'
const KEPT = specAnnotation(V1BETA1)

function mcrouter(
  { apiVersion }: { readonly apiVersion: string },
  name: string,
  spec: JsonObject,
): JsonObject {
  return { apiVersion, kind: KIND, metadata: { name, namespace: 'default' }, spec }
}

async function read(resource: string, name: string): Promise<JsonObject> {
  const { code, stdout, stderr } = await kubectl(['get', resource, name, '-o', 'json'])
  if (code !== 0) throw new Error(stderr)
  const object: unknown = JSON.parse(stdout)
  return isJsonObject(object) ? object : {}
}

async function applied(object: JsonObject): Promise<void> {
  const { code, stderr } = await apply(object)
  if (code !== 0) throw new Error(stderr)
}

const RICH = {
  memcached: { shards: 3, copies: 2, memory: '512Mi', writes: 'Strict', pod: { labels: { team: 'shop' } } },
  pools: [
    { name: 'users', shards: 2, warmUp: { from: 'old' } },
    { name: 'old', external: [{ host: '10.8.0.4' }] },
  ],
  prefixes: [{ prefix: 'user:', pool: 'users' }],
  router: { timeouts: { server: '700ms' } },
}

t.before(async () => {
  await eventually('Mcrouters are converted', async () => {
    const sent = await apply(mcrouter(V1ALPHA3, 'first', {}), '--dry-run=server')
    if (sent.code === 0) return true
    throw new Error(sent.stderr)
  })
})

t.test('v1beta1 is preferred, and kubectl explain has both', async (t) => {
  const { body } = await client.request('GET', '/apis/mcrouter.example.com')
  t.match(body, {
    preferredVersion: { version: 'v1beta1' },
    versions: [{ version: 'v1beta1' }, { version: 'v1alpha3' }],
  })
  t.match(await kubectl(['explain', 'mcrouter.spec.memcached.shards']), {
    code: 0,
    stdout: /FIELD: shards.*follows\s+replicas.*Default:\s+3/s,
  })
  const old = ['explain', 'mcrouter.spec.pool_setup', '--api-version', V1ALPHA3.apiVersion]
  t.match(await kubectl(old), { code: 0, stdout: /FIELD: pool_setup/ })
})

t.test('kubectl get has the columns of each', async (t) => {
  await applied(mcrouter(V1BETA1, 'scaled', { memcached: { shards: 3 } }))
  t.match((await kubectl(['get', 'mcr', 'scaled'])).stdout, /^NAME +SHARDS +COPIES .*\nscaled +3 +1 /)
  t.match((await kubectl(['get', OLD, 'scaled'])).stdout, /^NAME +SETUP .*\nscaled +sharded /)
})

t.test('to read, change and write through v1alpha3 loses nothing', async (t) => {
  await applied(mcrouter(V1BETA1, 'rich', RICH))
  const { spec: before } = await read(NEW, 'rich')
  const replaced = await eventually('a replace that the reconciler does not come between', async () => {
    const seen = await read(OLD, 'rich')
    t.match(seen.spec, { pool_setup: 'sharded', memcached_pool_size: 3, memcached_memory_mb: 512 })
    const changed = { ...seen, spec: { ...Object(seen.spec), memcached_memory_mb: 256 } }
    const result = await kubectl(['replace', '-f', '-'], { input: JSON.stringify(changed) })
    return result.stderr.includes('(Conflict)') ? undefined : { changed, result }
  })
  const { changed, result } = replaced
  t.equal(result.code, 0, result.stderr)
  const { spec, metadata } = await read(NEW, 'rich')
  const memcached = { ...Object(at(before, 'memcached')), memory: '256Mi' }
  t.strictSame(spec, { ...Object(before), memcached })
  t.notOk(Object.hasOwn(Object(at(metadata, 'annotations')), KEPT), 'and keeps nothing twice')

  t.match(await kubectl(['label', OLD, 'rich', 'team=shop']), { code: 0 })
  t.strictSame((await read(NEW, 'rich')).spec, spec)
  const without = { ...changed, metadata: { name: 'rich', namespace: 'default' } }
  const refused = await kubectl(['replace', '-f', '-'], { input: JSON.stringify(without) })
  t.match(refused, {
    code: 1,
    stderr: /it holds what v1alpha3 has no words for, which this update would take away/,
  })
  const resize = ['patch', OLD, 'rich', '--type=merge', '-p', '{"spec":{"memcached_pool_size":1}}']
  t.match(await kubectl(resize), { code: 1, stderr: /the pool has 3 shards x 2 copies/ })
})

t.test('each version can apply its own part', async (t) => {
  const part = (manager: string, object: JsonObject) =>
    apply(object, '--server-side', `--field-manager=${manager}`)
  const users = { pools: [{ name: 'users', shards: 2 }], prefixes: [{ prefix: 'user:', pool: 'users' }] }
  t.match(await part('new', mcrouter(V1BETA1, 'shared', users)), { code: 0 })
  t.match(await part('old', mcrouter(V1ALPHA3, 'shared', { memcached_memory_mb: 512 })), { code: 0 })
  t.match(await read(NEW, 'shared'), { spec: { ...users, memcached: { memory: '512Mi' } } })
  t.match(await part('new', mcrouter(V1BETA1, 'shared', { ...users, router: { replicas: 3 } })), { code: 0 })
  t.match(await read(OLD, 'shared'), { spec: { memcached_memory_mb: 512, mcrouter_replicas: 3 } })
})

t.test('an annotation by hand is judged as what it would store', async (t) => {
  const spec = V1BETA1.withDefaults({ memcached: { shards: 3 }, pools: [{ name: 'bad', port: 80 }] })
  const object = {
    ...mcrouter(V1ALPHA3, 'smuggled', { pool_setup: 'sharded', memcached_pool_size: 3 }),
    metadata: { name: 'smuggled', annotations: { [KEPT]: JSON.stringify(spec) } },
  }
  t.match(await apply(object), { code: 1, stderr: /spec\.pools\[0\]\.port: .*80: .* in which it is stored/ })
})

t.test(
  'what no annotation has room for is not written through v1alpha3, by nobody and in no way',
  async (t) => {
    const filling = 'x'.repeat(256 * 1024 - 100)
    const object = {
      ...mcrouter(V1BETA1, 'full', { memcached: { shards: 3, copies: 2 } }),
      metadata: { name: 'full', annotations: { filling } },
    }
    const made = await kubectl(['create', '-f', '-'], { input: JSON.stringify(object) })
    t.equal(made.code, 0, made.stderr)
    const { spec } = await read(NEW, 'full')
    t.match(await kubectl(['label', OLD, 'full', 'team=shop']), {
      code: 1,
      stderr: /would store what is left of it/,
    })
    t.match(await kubectl(['scale', `${OLD}/full`, '--replicas=4']), {
      code: 1,
      stderr: /could not be converted/,
    })
    const status = { status: { observedGeneration: 1 } }
    const patch = ['patch', OLD, 'full', '--subresource=status', '--type=merge', '-p', JSON.stringify(status)]
    t.match(await kubectl(patch), { code: 1, stderr: /could not be converted/ })
    t.match(await kubectl(['label', NEW, 'full', 'team=shop']), { code: 0 })
    t.strictSame((await read(NEW, 'full')).spec, spec)
    const deleted = await kubectl(['delete', OLD, 'full', '--wait=false'])
    t.equal(deleted.code, 0, deleted.stderr)
  },
)
