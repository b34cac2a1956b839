import t from 'tap'
import type { ApiVersion, Versions } from '../../schemas/api-version.ts'
import { customResourceDefinition } from '../../schemas/generate/crd.ts'
import { isJsonObject, type JsonObject } from '../../schemas/json.ts'
import { V1ALPHA3 } from '../../schemas/v1alpha3/version.ts'
import { KIND, specAnnotation } from '../../schemas/well-known.ts'
import { startControlPlane } from '../../testing/control-plane/index.ts'
import { eventually } from '../../testing/deadline.ts'
import { V1BETA1 } from '../schemas/v1beta1/version.ts'
import { at } from '../support/at.ts'
import { ConvertingServer, issue } from '../support/converting-server.ts'
import { DefinitionWatch } from '../support/definition-watch.ts'

// Two versions of the API on a real API server, with nobody but the webhook that converts.

const OLD: ApiVersion = { ...V1ALPHA3, storage: false }
const NEW: ApiVersion = { ...V1BETA1, storage: true }
const versions: Versions = { v1alpha3: OLD, v1beta1: NEW }
const DEFINITION = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/mcrouters.mcrouter.example.com'
const OPEN = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } }

const first = await issue()
const { client, kubectl, stop } = await startControlPlane()
t.teardown(() => stop())
const server = await ConvertingServer.start(t, versions, first)

const pathOf = ({ apiVersion }: ApiVersion, name?: string, query = '') =>
  `/apis/${apiVersion}/namespaces/default/mcrouters${name === undefined ? '' : `/${name}`}${query}`
const mcrouter = ({ apiVersion }: ApiVersion, name: string, spec: unknown): JsonObject => ({
  apiVersion,
  kind: KIND,
  metadata: { name },
  spec,
})

function conversionTo(cas: readonly string[]): JsonObject {
  const caBundle = Buffer.from(cas.join('\n')).toString('base64')
  const clientConfig = { url: `https://127.0.0.1:${server.port}/convert`, caBundle }
  return { strategy: 'Webhook', webhook: { conversionReviewVersions: ['v1'], clientConfig } }
}

/** The definition with that of its versions as the stored one, and schemas that take anything, also where a scale has a number. */
function open(stored: string): JsonObject {
  const service = { namespace: 'default', name: 'server', path: '/convert' }
  const { spec, ...definition } = customResourceDefinition(versions, { service })
  const all = spec.versions.map((one) => ({
    ...one,
    storage: one.name === stored,
    schema: OPEN,
    subresources: {},
  }))
  return { ...definition, spec: { ...spec, versions: all, conversion: conversionTo([first.ca]) } }
}

async function define(spec: unknown): Promise<void> {
  const { status, text } = await client.request('PATCH', DEFINITION, { body: { spec } })
  if (status !== 200) throw new Error(text)
}

async function list(version: ApiVersion, query = '') {
  const { status, text, body } = await client.request('GET', pathOf(version, undefined, query))
  const items = Array.isArray(body.items) ? body.items.filter(isJsonObject) : []
  return { status, text, items }
}

await client.request('POST', DEFINITION.slice(0, DEFINITION.lastIndexOf('/')), { body: open('v1alpha3') })
await eventually('both versions are served', async () =>
  (await Promise.all([list(OLD), list(NEW)])).every(({ status }) => status === 200),
)

/** What no schema has ever seen, as it may have been stored before there was one. */
const deep = (levels: number): unknown => JSON.parse(`${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`)
const HOSTILE: Readonly<Record<string, unknown>> = {
  absent: undefined,
  text: 'sharded',
  number: 7,
  items: [{}],
  wrong: { pool_setup: 7, memcached_pool_size: 'three', node_selector: [] },
  misspelt: { pool_stup: 'sharded' },
  both: { memcached_pool_size: 3, memcachedPoolSize: 6 },
  named: JSON.parse('{"__proto__":{"a":1},"constructor":{"prototype":{}}}'),
  deep: { node_selector: deep(2_000) },
  wide: { tolerations: Array.from({ length: 50_000 }, () => ({})) },
  long: { mcrouter_image: 'x'.repeat(500_000) },
}

t.test('objects that no version has ever taken hold up no list, watch or deletion', async (t) => {
  for (const [name, spec] of Object.entries(HOSTILE)) {
    const { status, text } = await client.request('POST', pathOf(OLD), { body: mcrouter(OLD, name, spec) })
    t.equal(status, 201, `${name}: ${text.slice(0, 200)}`)
  }
  const definition = open('v1beta1')
  await define(definition.spec)
  await eventually('what is stored is of the other version', async () => {
    const { body } = await client.request('GET', DEFINITION)
    return at(body, 'status', 'storedVersions', 1) === 'v1beta1'
  })
  for (const version of [NEW, OLD]) {
    // From the watch cache, which holds every object in the version that is asked for.
    const names = async () =>
      (await list(version, '?resourceVersion=0')).items.map((item) => at(item, 'metadata', 'name'))
    await eventually(
      `all are listed in ${version.name}`,
      async () => (await names()).join() === Object.keys(HOSTILE).toSorted().join(),
    )
  }
  const { items } = await list(NEW)
  for (const item of items) t.equal(item.apiVersion, NEW.apiVersion)
  const all = await kubectl(['delete', 'mcrouters.v1beta1.mcrouter.example.com', '--all', '--wait=false'])
  t.equal(all.code, 0, all.stderr)
  await eventually('they are gone', async () => (await list(NEW)).items.length === 0)
})

t.test('of 500 objects in two versions each is had in both, and converted by itself', async (t) => {
  const spec = customResourceDefinition(versions, { service: { namespace: 'x', name: 'x', path: '/x' } }).spec
  await define({ ...spec, conversion: conversionTo([first.ca]) })
  await eventually('the schemas are in force', async () => {
    const body = mcrouter(OLD, 'wrong', { pool_setup: 'shraded' })
    return (await client.request('POST', pathOf(OLD, undefined, '?dryRun=All'), { body })).status === 422
  })
  const stopped = new AbortController()
  const seen = new Set<unknown>()
  const watching = (async () => {
    for await (const { object } of client.watch(pathOf(OLD, undefined, '?watch=true'), stopped.signal)) {
      if (object.apiVersion !== OLD.apiVersion) throw new Error(`${object.apiVersion} in a watch`)
      seen.add(at(object, 'metadata', 'name'))
    }
  })().catch((error: unknown) => {
    if (!stopped.signal.aborted) throw error
  })
  const names = Array.from({ length: 500 }, (_, index) => `cache-${index}`)
  for (let at = 0; at < names.length; at += 20) {
    const made = names.slice(at, at + 20).map((name, index) => {
      const body =
        index % 2 === 0
          ? mcrouter(OLD, name, { pool_setup: 'sharded', memcached_pool_size: 3 })
          : mcrouter(NEW, name, { memcached: { shards: 3, copies: 2 }, pools: [{ name: 'more' }] })
      return client.request('POST', pathOf(index % 2 === 0 ? OLD : NEW), { body })
    })
    for (const { status, text } of await Promise.all(made)) t.equal(status, 201, text.slice(0, 200))
  }
  await eventually('the watch has seen them all', () => seen.size === names.length)
  stopped.abort()
  await watching
  for (const version of [OLD, NEW]) {
    const { items } = await list(version)
    t.equal(items.length, names.length)
    t.ok(items.every(({ apiVersion }) => apiVersion === version.apiVersion))
  }
  const { reviews, objects } = await server.counts()
  t.ok(objects >= names.length / 2, `${objects} objects`)
  t.equal(reviews, objects, 'one object a review')
})

t.test('what is applied in one version and changed in the other is both', async (t) => {
  const apply = async (version: ApiVersion, spec: JsonObject) => {
    const query = '?fieldManager=owner&force=true'
    const body = JSON.stringify(mcrouter(version, 'shared', spec))
    const contentType = 'application/apply-patch+yaml'
    const { status, text } = await client.request('PATCH', pathOf(version, 'shared', query), {
      body,
      contentType,
    })
    t.match(`${status}`, /^20[01]$/, text.slice(0, 300))
  }
  await apply(NEW, { memcached: { shards: 3, copies: 2 }, pools: [{ name: 'more' }] })
  const { body } = await client.request('GET', pathOf(OLD, 'shared'))
  t.match(body, { spec: { memcached_pool_size: 3, pool_setup: 'sharded' } })
  t.type(at(body, 'metadata', 'annotations', specAnnotation(NEW)), 'string')
  const size = { spec: { memcached_pool_size: 5 } }
  t.equal((await client.request('PATCH', pathOf(OLD, 'shared'), { body: size })).status, 200)
  const { body: stored } = await client.request('GET', pathOf(NEW, 'shared'))
  t.match(stored, { spec: { memcached: { shards: 5, copies: 2 }, pools: [{ name: 'more' }] } })
  // What admission would keep in step with the shards: there is none here.
  await apply(NEW, { memcached: { shards: 4, copies: 2, replicas: 4 }, pools: [{ name: 'more' }] })
  t.match((await client.request('GET', pathOf(OLD, 'shared'))).body, { spec: { memcached_pool_size: 4 } })
})

/** Resolves once the API server trusts them, and nothing that it does trusts those before. */
async function trust(...cas: readonly string[]): Promise<void> {
  // In the stored version a watch need not wait until every object is converted.
  const watch = await DefinitionWatch.open({ client }, pathOf(NEW))
  await define({ conversion: conversionTo(cas) })
  await watch.replaced()
}

t.test('no list fails while the CA is rotated', async (t) => {
  const stopped = new AbortController()
  const failures: string[] = []
  const lists = [0, 0]
  // A resourceVersion that is not in the cache is read from etcd, so that each list converts.
  const clients = lists.map(async (_, client) => {
    while (!stopped.signal.aborted) {
      const { status, text } = await list(OLD, '?limit=20')
      if (status !== 200) failures.push(text.slice(0, 300))
      lists[client] = (lists[client] ?? 0) + 1
    }
  })
  // The first to end may have begun earlier.
  const more = async () => {
    const goals = lists.map((count) => count + 2)
    await eventually('more lists of each', () =>
      lists.every((count, client) => count >= (goals[client] ?? 0)),
    )
  }
  await more()
  const second = await issue()
  for (const step of [
    () => trust(second.ca, first.ca),
    async () => server.show(second),
    () => trust(second.ca),
  ]) {
    await step()
    await more()
  }
  stopped.abort()
  await Promise.all(clients)
  t.same(failures, [], `of ${lists} lists`)
})

t.test(
  'without the server, what is stored is read and deleted as ever; afterwards the other version as well',
  async (t) => {
    await eventually('the definition has settled', async () => (await list(NEW)).status === 200)
    await server.stop()
    const { status, items } = await list(NEW)
    t.equal(status, 200)
    t.ok(items.length > 500)
    const read = await client.request('GET', pathOf(OLD, 'cache-0'))
    t.match(read, { status: 500, text: /conversion webhook for .* failed/ })
    t.equal((await client.request('DELETE', pathOf(NEW, 'cache-0'))).status, 200)
    await server.start()
    await eventually(
      'it converts again',
      async () => (await client.request('GET', pathOf(OLD, 'cache-1'))).status === 200,
    )
  },
)
