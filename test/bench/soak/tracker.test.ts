import t from 'tap'
import { desiredOf, isReached } from '../../../bench/soak/expansion.ts'
import { statusFaults } from '../../../bench/soak/status.ts'
import { Tracker } from '../../../bench/soak/tracker.ts'
import type { KubeObject } from '../../../reconciler/kube/api.ts'
import { toKubeObject } from '../../../reconciler/kube/object.ts'
import { FIELD_MANAGER } from '../../../reconciler/kube/objects.ts'
import { mcrouters } from '../../../reconciler/kube/resources.ts'
import type { OwnedManifest } from '../../../reconciler/plan/plan.ts'
import { KINDS } from '../../../render/kinds.ts'
import { convert } from '../../../schemas/conversion/convert.ts'
import { isJsonObject, type JsonObject } from '../../../schemas/json.ts'
import { V1ALPHA3 } from '../../../schemas/v1alpha3/version.ts'
import { STORED } from '../../../schemas/versions.ts'

const METADATA = { name: 'cache', namespace: 'a', uid: 'u', resourceVersion: '1', generation: 1 }

/** @param spec as the soak writes it, in v1alpha3 */
function stored(spec: JsonObject = {}, metadata: JsonObject = {}): KubeObject {
  const written = { metadata: { ...METADATA, ...metadata }, spec }
  return toKubeObject(mcrouters, convert(written, V1ALPHA3, STORED))
}

/** As an apply of the reconciler leaves it. */
function applied(manifest: OwnedManifest): KubeObject {
  const { apiVersion: _, kind: __, metadata, ...rest } = manifest
  const { name: ___, namespace: ____, ...owned } = metadata
  const resource = KINDS.get(manifest.kind)
  if (resource === undefined) throw new Error(manifest.kind)
  return toKubeObject(resource, {
    ...manifest,
    metadata: {
      ...metadata,
      uid: `uid of ${manifest.kind} ${metadata.name}`,
      resourceVersion: '2',
      managedFields: [
        { manager: FIELD_MANAGER, operation: 'Apply', fieldsV1: fieldsOf({ ...rest, metadata: owned }) },
      ],
    },
  })
}

/** FieldsV1 of an object of which everything is owned; lists as a whole. */
function fieldsOf(value: JsonObject): JsonObject {
  const inner = (below: unknown) => (isJsonObject(below) ? fieldsOf(below) : {})
  return Object.fromEntries(Object.entries(value).map(([key, below]) => [`f:${key}`, inner(below)]))
}

const childrenOf = (object: KubeObject) => desiredOf(object).map(applied)

t.test('the objects of a spec are reached when all are there as rendered, and no others', async (t) => {
  const desired = desiredOf(stored())
  const children = desired.map(applied)
  t.ok(isReached(desired, children))
  t.notOk(isReached(desired, children.slice(1)), 'one is missing')
  t.notOk(isReached(desired.slice(1), children), 'one is left')
  t.notOk(isReached(desiredOf(stored({ memcached_pool_size: 3 })), children), 'those of another spec')
  t.ok(isReached([], []), 'a deleted Mcrouter has none')
})

t.test('the time of each newest spec is taken until its objects are there', async (t) => {
  const tracker = new Tracker()
  const first = stored()
  tracker.mcrouterIs('a/cache', first, [], 100)
  t.strictSame(tracker.pending, ['a/cache'])
  tracker.mcrouterIs('a/cache', stored({}, { resourceVersion: '5' }), [], 150)
  tracker.childrenAre('a/cache', childrenOf(first).slice(0, -1), 200)
  t.strictSame(tracker.arrivals, [])
  tracker.childrenAre('a/cache', childrenOf(first), 300)
  t.strictSame(tracker.arrivals, [
    { mcrouter: 'a/cache', cause: 'stored', from: 100, until: 300, waitedMs: 0 },
  ])
  t.strictSame(tracker.pending, [])
})

t.test('the time in which new servers are not Ready is told apart', async (t) => {
  const tracker = new Tracker()
  const grown = stored({ memcached_pool_size: 3 })
  const ready = (readyReplicas: number) =>
    childrenOf(grown).map((child) =>
      child.kind === 'StatefulSet' ? { ...child, status: { readyReplicas } } : child,
    )
  const unrouted = (children: readonly KubeObject[]) => children.filter(({ kind }) => kind !== 'ConfigMap')
  tracker.mcrouterIs('a/cache', grown, [], 100)
  tracker.childrenAre('a/cache', unrouted(ready(1)), 200)
  tracker.childrenAre('a/cache', unrouted(ready(2)), 300)
  tracker.childrenAre('a/cache', unrouted(ready(3)), 1_200)
  tracker.childrenAre('a/cache', ready(3), 1_250)
  t.match(tracker.arrivals, [{ from: 100, until: 1_250, waitedMs: 1_000 }])
})

t.test('a deleted Mcrouter has arrived when nothing of it is left', async (t) => {
  const tracker = new Tracker()
  const first = stored()
  tracker.mcrouterIs('a/cache', first, childrenOf(first), 0)
  tracker.mcrouterIs('a/cache', undefined, childrenOf(first), 100)
  tracker.childGone('a/cache', undefined, 150)
  tracker.childrenAre('a/cache', [], 200)
  t.match(tracker.arrivals[1], { cause: 'deleted', from: 100, until: 200 })
})

t.test('an object that goes away has to come back', async (t) => {
  const tracker = new Tracker()
  const first = stored()
  tracker.mcrouterIs('a/cache', first, childrenOf(first), 0)
  tracker.childGone('a/cache', first, 100)
  tracker.childrenAre('a/cache', childrenOf(first).slice(1), 100)
  t.strictSame(tracker.pending, ['a/cache'])
  tracker.childrenAre('a/cache', childrenOf(first), 180)
  t.match(tracker.arrivals[1], { cause: 'meddled with', from: 100, until: 180 })
})

t.test('a stored spec that should have been refused is told', async (t) => {
  const tracker = new Tracker()
  tracker.mcrouterIs('a/cache', stored({ memcached_pool_size: 0 }), [], 0)
  t.match(tracker.invalid, [/^Error: a\/cache is stored and invalid: .*spec\.memcached\.shards/])
})

t.test('a status has to fit its spec and to say that all is done', async (t) => {
  const conditions = Object.entries({
    Accepted: 'True',
    Available: 'True',
    Progressing: 'False',
    Degraded: 'False',
  }).map(([type, status]) => ({ type, status }))
  const status = { observedGeneration: 1, replicas: 2, readyServers: 2, readyRouters: 2, conditions }
  const spec = { memcached_pool_size: 2, mcrouter_replicas: 2 }
  const faultsWith = (change: JsonObject) =>
    statusFaults({ ...stored(spec), status: { ...status, ...change } })
  t.strictSame(faultsWith({}), [])
  t.strictSame(faultsWith({ observedGeneration: 0 }), ['a/cache status: observedGeneration is 0, not 1'])
  t.strictSame(faultsWith({ readyServers: 1 }), ['a/cache status: readyServers is 1, not 2'])
  t.match(faultsWith({ conditions: conditions.slice(1) }), [
    'a/cache status: Accepted is undefined, not True',
  ])
})
