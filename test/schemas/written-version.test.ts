import t from 'tap'
import type { ApiVersion, Versions } from '../../schemas/api-version.ts'
import { specWith } from '../../schemas/fields.ts'
import { V1ALPHA3 } from '../../schemas/v1alpha3/version.ts'
import { V1BETA1 } from '../../schemas/v1beta1/version.ts'
import { layoutVersion, specWritings, writtenVersion } from '../../schemas/written-version.ts'

const OLD: ApiVersion = { ...V1ALPHA3, storage: false }
const NEW: ApiVersion = { ...V1BETA1, storage: true, served: true }
const VERSIONS: Versions = { v1alpha3: OLD, v1beta1: NEW }

function entry({ name }: { readonly name: string }, time: string, rest: object = {}) {
  const fieldsV1 = { 'f:spec': { 'f:anything': {} } }
  return {
    manager: 'somebody',
    operation: 'Update',
    apiVersion: `mcrouter.example.com/${name}`,
    time,
    fieldsV1,
    ...rest,
  }
}

const versionFrom = (...managedFields: unknown[]) => writtenVersion({ managedFields }, VERSIONS).name

t.test(
  'the version is that of the last write of the spec, in whatever order the writes are listed',
  async (t) => {
    const [older, newer] = [entry(OLD, '2026-01-31T09:00:00Z'), entry(NEW, '2026-01-31T09:00:01Z')]
    t.equal(versionFrom(older), 'v1alpha3')
    t.equal(versionFrom(newer), 'v1beta1')
    t.equal(versionFrom(older, newer), 'v1beta1')
    t.equal(versionFrom(newer, older), 'v1beta1')
    t.equal(versionFrom(newer, entry(OLD, '2026-01-31T09:00:01Z')), 'v1alpha3', 'the last of one second')
  },
)

t.test('who writes the status, scales or sets labels writes no spec', async (t) => {
  const author = entry(OLD, '2026-01-31T09:00:00Z')
  for (const rest of [
    { subresource: 'status' },
    { subresource: 'scale' },
    { fieldsV1: { 'f:metadata': { 'f:labels': {} } } },
  ]) {
    t.equal(versionFrom(author, entry(NEW, '2026-02-28T09:00:00Z', rest)), 'v1alpha3', JSON.stringify(rest))
  }
})

t.test('nor does the operator, unless nobody else has', async (t) => {
  const ours = entry(NEW, '2026-02-28T09:00:00Z', { manager: 'mcrouter-operator' })
  t.equal(versionFrom(entry(OLD, '2026-01-31T09:00:00Z'), ours), 'v1alpha3')
  t.equal(versionFrom(ours), 'v1beta1')
  t.equal(versionFrom({ ...ours, apiVersion: `mcrouter.example.com/${OLD.name}` }), 'v1alpha3')
})

t.test('where nothing tells, or what is no version, it is the stored one', async (t) => {
  t.equal(versionFrom(), 'v1beta1')
  t.equal(versionFrom(entry({ name: 'v1alpha2' }, '2026-01-31T09:00:00Z')), 'v1beta1')
  for (const managedFields of [undefined, null, 'all', [null], [{ fieldsV1: { 'f:spec': 1 } }]]) {
    t.equal(writtenVersion({ managedFields }, VERSIONS).name, 'v1beta1', JSON.stringify(managedFields))
  }
  t.equal(writtenVersion(undefined, VERSIONS).name, 'v1beta1')
  t.equal(versionFrom({ ...entry(OLD, ''), time: 7 }), 'v1alpha3', 'the only one, whenever it was')
})

/** Of somebody who wrote these fields of the spec. */
function entryOf(version: ApiVersion, time: string, ...fields: readonly string[]) {
  const owned = fields.map((field) =>
    specWith(
      field.split('.').map((name) => `f:${name}`),
      {},
    ),
  )
  return entry(version, time, { fieldsV1: { 'f:spec': Object.assign({}, ...owned) } })
}

const layoutFrom = (...managedFields: unknown[]) => layoutVersion({ managedFields }, VERSIONS).name

t.test('who writes something else has not written how the pool is laid out', async (t) => {
  const unrelated = entryOf(NEW, '2026-02-28T09:00:00Z', 'router.replicas', 'memcached.memory')
  for (const field of ['pool_setup', 'memcached_pool_size', 'poolSetup', 'memcachedPoolSize']) {
    const layout = entryOf(OLD, '2026-01-31T09:00:00Z', field)
    t.equal(layoutFrom(layout, unrelated), 'v1alpha3', field)
    t.equal(versionFrom(layout, unrelated), 'v1beta1')
  }
  const [older, other] = [
    entryOf(OLD, '2026-01-31T09:00:00Z', 'pool_setup'),
    entryOf(OLD, '2026-03-31T09:00:00Z', 'mcrouter_replicas'),
  ]
  for (const field of ['shards', 'copies', 'replicas', 'replicasOf', 'external']) {
    const layout = entryOf(NEW, '2026-02-28T09:00:00Z', `memcached.${field}`)
    t.equal(layoutFrom(layout, older, other), 'v1beta1', field)
  }
  const scaled = entry(NEW, '2026-02-28T09:00:00Z', {
    subresource: 'scale',
    fieldsV1: { 'f:spec': { 'f:memcached': { 'f:replicas': {} } } },
  })
  t.equal(layoutFrom(older, scaled), 'v1alpha3', 'and a scale does not say what it counts')
  t.equal(layoutFrom(unrelated, other), versionFrom(unrelated, other), 'nobody: the last of all')
  t.equal(layoutFrom(), 'v1beta1')
})

t.test('what a copy keeps of it says the same', async (t) => {
  const kinds = [
    [entryOf(NEW, '2026-01-31T09:00:00Z', 'memcached.shards'), entryOf(OLD, '2026-02-28T09:00:00Z', 'x')],
    [entryOf(OLD, '2026-01-31T09:00:00Z', 'pool_setup'), entryOf(NEW, '2026-02-28T09:00:00Z', 'router')],
    [entryOf(OLD, '2026-01-31T09:00:00Z', 'pool_setup')],
    [entryOf(NEW, '2026-01-31T09:00:00Z', 'memcached.shards')],
    [],
  ]
  for (const managedFields of kinds) {
    const kept = specWritings({ managedFields }, VERSIONS)
    t.equal(versionFrom(...kept), versionFrom(...managedFields))
    t.equal(layoutFrom(...kept), layoutFrom(...managedFields))
    t.ok(JSON.stringify(kept).length < 200)
  }
})
