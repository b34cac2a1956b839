import { applyPatch } from 'rfc6902'
import t from 'tap'
import { isJsonObject, type JsonObject } from '../../../schemas/json.ts'
import { mutate } from '../../../server/admission/mutate.ts'
import { SMALL_REVIEW } from '../../../server/admission/review.ts'
import { mcrouterObject, requestOf, reviewOf, scaleReviewOf } from '../../../testing/review.ts'

function mutated(object: JsonObject, stored?: JsonObject) {
  return mutate(requestOf(reviewOf(object, stored)))
}

function patchOf(object: JsonObject, stored?: JsonObject) {
  const verdict = mutated(object, stored)
  if (verdict.kind !== 'patched') throw new Error(`not patched but ${JSON.stringify(verdict)}`)
  return verdict.patch
}

/** The object after the patch, as the API server would have it. */
function patched(object: JsonObject): JsonObject {
  const copy = structuredClone(object)
  const faults = applyPatch(copy, [...patchOf(object)]).filter((fault) => fault !== null)
  if (faults.length > 0) throw faults[0]
  return copy
}

function completeSpec(): JsonObject {
  const { spec } = patched(mcrouterObject())
  return isJsonObject(spec) ? spec : {}
}

t.test('an empty spec gets every default', async (t) => {
  const { spec } = patched(mcrouterObject({}))
  t.match(spec, {
    mcrouter_image: 'devan2502/mcrouter:latest',
    mcrouter_port: 5000,
    memcached_image: 'memcached:1.5-alpine',
    memcached_pool_size: 2,
    memcached_port: 11211,
    pool_setup: 'replicated',
    debug_fifo_root: '',
  })
})

t.test('an object without a spec gets one', async (t) => {
  const { spec: _, ...bare } = mcrouterObject()
  t.match(patchOf(bare), [{ op: 'add', path: '/spec', value: { memcached_pool_size: 2 } }])
})

t.test('a complete spec is left alone', async (t) => {
  const complete = patched(mcrouterObject({ memcached_pool_size: 3 }))
  t.match(mutated(complete), { kind: 'allowed', warnings: [] })
})

t.test('only what changes is named: an alias goes, its field comes', async (t) => {
  const { memcached_pool_size: _, ...rest } = completeSpec()
  t.same(
    new Set(patchOf(mcrouterObject({ ...rest, memcachedPoolSize: 5 }))),
    new Set([
      { op: 'remove', path: '/spec/memcachedPoolSize' },
      { op: 'add', path: '/spec/memcached_pool_size', value: 5 },
    ]),
  )
})

t.test('fields that this release does not know stay as they are', async (t) => {
  const future = { mode: 'fast', list: [{ a: null }], 'odd/key~': 1 }
  t.match(patched(mcrouterObject({ future })), { spec: { future } })
  for (const { path } of patchOf(mcrouterObject({ future }))) t.notMatch(path, 'future')
})

t.test('a key with the special characters of a JSON pointer is patched at its own place', async (t) => {
  const before = mcrouterObject({
    node_selector: { 'example.com/zone': 'a' },
    'x~1/y': null,
    memcachedPort: 11212,
  })
  t.match(patched(before), { spec: { node_selector: { 'example.com/zone': 'a' }, memcached_port: 11212 } })
})

t.test('an invalid object is denied with every violation', async (t) => {
  const verdict = mutated(
    mcrouterObject({ pool_setup: 'shraded', memcached_pool_size: 0, mcrouter_port: '5000' }),
  )
  t.match(verdict, {
    kind: 'denied',
    status: {
      status: 'Failure',
      code: 422,
      reason: 'Invalid',
      details: { kind: 'Mcrouter', name: 'cache', group: 'mcrouter.example.com' },
    },
  })
  if (verdict.kind !== 'denied') return
  const causes = verdict.status.details?.causes ?? []
  t.same(causes.map(({ field }) => field).toSorted(), [
    'spec.mcrouter_port',
    'spec.memcached_pool_size',
    'spec.pool_setup',
  ])
  t.match(
    causes.find(({ field }) => field === 'spec.pool_setup')?.message,
    /"shraded".*did you mean "sharded"\?/,
  )
})

t.test('on update the stored object says which spelling is new', async (t) => {
  const stored = patched(mcrouterObject({ memcachedPoolSize: 3 }))
  const spec = isJsonObject(stored.spec) ? stored.spec : {}
  t.same(
    new Set(patchOf(mcrouterObject({ ...spec, memcachedPoolSize: 4 }), stored)),
    new Set([
      { op: 'remove', path: '/spec/memcachedPoolSize' },
      { op: 'replace', path: '/spec/memcached_pool_size', value: 4 },
    ]),
  )
})

t.test('kubectl replace says both spellings itself, a patch may find one of them stored', async (t) => {
  const stored = patched(mcrouterObject({ memcached_pool_size: 3 }))
  const spec = isJsonObject(stored.spec) ? stored.spec : {}
  const update = (fieldManager: string) =>
    mutate(
      requestOf(
        reviewOf(mcrouterObject({ ...spec, memcachedPoolSize: 6 }), stored, {
          options: { kind: 'UpdateOptions', fieldManager },
        }),
      ),
    )
  t.match(update('kubectl-replace'), {
    kind: 'denied',
    status: {
      message: /memcachedPoolSize is the deprecated spelling of memcached_pool_size, which is 3 here/,
    },
  })
  t.match(update('kubectl-patch'), { kind: 'patched' })
})

t.test('a large review tells as much of how it was written', async (t) => {
  const spec = { memcached_pool_size: 2, memcachedPoolSize: 5 }
  const annotations = {
    'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify(mcrouterObject(spec)),
    large: 'x'.repeat(SMALL_REVIEW),
  }
  const managedFields = [
    {
      operation: 'Apply',
      fieldsV1: { 'f:spec': { 'f:memcached_pool_size': {}, 'f:memcachedPoolSize': {} } },
    },
  ]
  t.match(mutated(mcrouterObject(spec, { annotations })), { kind: 'denied' })
  t.match(mutated(mcrouterObject(spec, { managedFields, annotations: { large: annotations.large } })), {
    kind: 'denied',
  })
  t.match(
    mutated(mcrouterObject(spec, { managedFields: Array(SMALL_REVIEW).fill({}) })),
    { kind: 'patched' },
    'with more owners than are looked at, as without any',
  )
})

t.test('what was stored without the webhook is normalised by an update that changes nothing', async (t) => {
  const { memcached_pool_size: _, ...rest } = completeSpec()
  for (const [stored, path] of [
    [{ ...rest, memcached_pool_size: 2, memcachedPoolSize: 5 }, '/spec/memcachedPoolSize'],
    [rest, '/spec/memcached_pool_size'],
  ] as const) {
    const verdict = mutated(mcrouterObject(stored, { labels: { team: 'web' } }), mcrouterObject(stored))
    t.match(verdict, { kind: 'patched', warnings: [] })
    t.ok(verdict.kind === 'patched' && verdict.patch.some((operation) => operation.path === path))
  }
  const both = { ...rest, memcached_pool_size: 3, memcachedPoolSize: 5 }
  t.match(
    mutated(mcrouterObject(both), mcrouterObject(both)),
    { kind: 'allowed' },
    'one that is not valid is not',
  )
})

t.test('a Scale has nothing to normalise, and is refused with what to do', async (t) => {
  t.match(mutate(requestOf(scaleReviewOf(3, 2))), { kind: 'allowed' })
  t.match(mutate(requestOf(scaleReviewOf(0, 2))), {
    kind: 'denied',
    status: { message: /from 1 to 1000 memcached servers; to have none, delete the Mcrouter with kubectl/ },
  })
})
