import t from 'tap'
import type { ApiVersion, Versions } from '../../schemas/api-version.ts'
import { V1ALPHA3 } from '../../schemas/v1alpha3/version.ts'
import { V1BETA1 } from '../../schemas/v1beta1/version.ts'
import { specWriting, writtenVersion } from '../../schemas/written-version.ts'

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

t.test('what a copy keeps of it says the same', async (t) => {
  const managedFields = [entry(NEW, '2026-01-31T09:00:00Z'), entry(OLD, '2026-02-28T09:00:00Z')]
  const kept = specWriting({ managedFields })
  t.equal(versionFrom(kept), 'v1alpha3')
  t.ok(JSON.stringify(kept).length < 100)
})
