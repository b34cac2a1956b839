import t from 'tap'
import type { JsonObject } from '../../../schemas/json.ts'
import { mutate } from '../../../server/admission/mutate.ts'
import { readReview } from '../../../server/admission/review.ts'
import { validate } from '../../../server/admission/validate.ts'
import { mcrouterObject, requestOf, reviewOf } from '../../../testing/review.ts'

const bad = { pool_setup: 'shraded' }

/** The verdicts of both webhooks. */
function verdicts(object: JsonObject, stored?: JsonObject, request?: JsonObject) {
  const admission = requestOf(reviewOf(object, stored, request))
  return [mutate(admission), validate(admission)]
}

t.test('an update that leaves an invalid spec as it is stored is allowed', async (t) => {
  const stored = mcrouterObject(bad)
  const labelled = mcrouterObject(bad, { labels: { team: 'web' } })
  t.match(verdicts(labelled, stored), [{ kind: 'allowed' }, { kind: 'allowed' }])
  t.match(verdicts(mcrouterObject({ ...bad, mcrouter_port: 5001 }), stored), [
    { kind: 'denied' },
    { kind: 'denied' },
  ])
})

t.test('an object that is being deleted is allowed, so that its finalizers can go', async (t) => {
  const stored = mcrouterObject({}, { deletionTimestamp: '2026-01-01T00:00:00Z', finalizers: ['a/b'] })
  t.match(verdicts(mcrouterObject(bad, { deletionTimestamp: '2026-01-01T00:00:00Z' }), stored), [
    { kind: 'allowed' },
    { kind: 'allowed' },
  ])
})

t.test('nobody passes by saying that a living object is being deleted', async (t) => {
  const dying = mcrouterObject(bad, { deletionTimestamp: '2026-01-01T00:00:00Z' })
  t.match(verdicts(dying), [{ kind: 'denied' }, { kind: 'denied' }], 'on create')
  t.match(verdicts(dying, mcrouterObject()), [{ kind: 'denied' }, { kind: 'denied' }], 'on update')
})

t.test('operations that change no spec are allowed', async (t) => {
  t.match(verdicts(mcrouterObject(bad), undefined, { operation: 'DELETE', object: null }), [
    { kind: 'allowed' },
    { kind: 'allowed' },
  ])
  t.match(verdicts(mcrouterObject(bad), mcrouterObject(), { subResource: 'status' }), [
    { kind: 'allowed' },
    { kind: 'allowed' },
  ])
})

t.test(
  'an object of another kind is allowed with a warning: a slip in the rules must not stop a cluster',
  async (t) => {
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'x' } }
    const kind = { group: '', version: 'v1', kind: 'Pod' }
    const expected = {
      kind: 'allowed',
      warnings: [/was called for v1 Pod, which it does not judge: correct its rules/],
    }
    t.match(verdicts(pod, undefined, { kind }), [expected, expected])
  },
)

t.test('a version of the API that is not known is denied, not stored unjudged', async (t) => {
  const kind = { group: 'mcrouter.example.com', version: 'v9', kind: 'Mcrouter' }
  const expected = {
    kind: 'denied',
    status: { code: 400, message: /v9 is not known to this webhook.*upgrade/ },
  }
  t.match(verdicts(mcrouterObject(), undefined, { kind }), [expected, expected])
})

t.test('a request without its object is denied', async (t) => {
  const expected = {
    kind: 'denied',
    status: { code: 400, message: /request.object of CREATE Mcrouter is missing/ },
  }
  t.match(verdicts({}, undefined, { object: null }), [expected, expected])
})

t.test('nesting without end is denied, on create and on update', async (t) => {
  const deep = `${'{"a":'.repeat(2_000)}1${'}'.repeat(2_000)}`
  const marked = mcrouterObject({ marker: 1 })
  for (const stored of [undefined, marked]) {
    const text = JSON.stringify(reviewOf(marked, stored)).replaceAll('{"marker":1}', deep)
    const request = readReview(Buffer.from(text))
    for (const verdict of [mutate(request), validate(request)]) {
      t.match(verdict, { kind: 'denied', status: { code: 422, message: /nested more than/ } })
    }
  }
})

t.test('a spec with more values than can be judged is denied, and can be mended and deleted', async (t) => {
  const many = mcrouterObject({ tolerations: Array(20_000).fill({}) })
  const expected = {
    kind: 'denied',
    status: {
      code: 422,
      reason: 'Invalid',
      details: { causes: [{ field: 'spec', message: /more than 10000 values/ }] },
    },
  }
  t.match(verdicts(many), [expected, expected], 'on create')
  t.match(verdicts(many, mcrouterObject()), [expected, expected], 'on update')
  t.match(verdicts(mcrouterObject(), many), [{ kind: 'patched' }, { kind: 'allowed' }], 'mended')
  const dying = mcrouterObject({}, { deletionTimestamp: '2026-01-01T00:00:00Z' })
  t.match(verdicts(many, dying), [{ kind: 'allowed' }, { kind: 'allowed' }], 'on its way out')
})

t.test('what nobody judges may be as much as the API server takes', async (t) => {
  // 256 KiB is what annotations may have in all (apimachinery pkg/api/validation/objectmeta.go).
  const annotations = Object.fromEntries(Array.from({ length: 25_000 }, (_, n) => [`a.b/${n}`, '<']))
  const fields = Object.fromEntries(Object.keys(annotations).map((name) => [`f:${name}`, {}]))
  const managedFields = [{ manager: 'kubectl', fieldsV1: { 'f:metadata': { 'f:annotations': fields } } }]
  const object = mcrouterObject({ memcached_pool_size: 3 }, { annotations, managedFields })
  const stored = mcrouterObject({ memcached_pool_size: 2 }, { annotations, managedFields })
  t.match(verdicts(object, stored), [{ kind: 'patched' }, { kind: 'allowed' }])
})
