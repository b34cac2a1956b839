import t from 'tap'
import type { JsonObject } from '../../../schemas/json.ts'
import { PROTECT_ANNOTATION } from '../../../schemas/well-known.ts'
import { validate } from '../../../server/admission/validate.ts'
import { mcrouterObject, requestOf, reviewOf } from '../../../testing/review.ts'

const deletionOf = (metadata: JsonObject, request: JsonObject = {}) => {
  const stored = mcrouterObject({}, metadata)
  return validate(requestOf(reviewOf(stored, stored, { operation: 'DELETE', object: null, ...request })))
}
const annotated = (value: unknown) => ({ annotations: { [PROTECT_ANNOTATION]: value } })

t.test('a protected Mcrouter is not deleted, and the denial has the way to do it after all', async (t) => {
  for (const value of ['true', 'True', 'yes', '']) {
    t.match(deletionOf(annotated(value)), {
      kind: 'denied',
      status: {
        code: 403,
        reason: 'Forbidden',
        message:
          'Mcrouter "cache" is protected from deletion, which would stop its caches; to delete it after all, first run: kubectl -n shop annotate mcrouter cache mcrouter.example.com/protect-',
      },
    })
  }
})

t.test('however large it is', async (t) => {
  const annotations = { note: 'x'.repeat(200_000), ...annotated('true').annotations }
  t.match(deletionOf({ annotations }), { kind: 'denied' })
})

t.test('any other is', async (t) => {
  for (const metadata of [{}, annotated('false'), { annotations: null }, annotated(1), { annotations: 'x' }])
    t.match(deletionOf(metadata), { kind: 'allowed', warnings: [] })
  t.match(deletionOf({}, { oldObject: null }), { kind: 'allowed' })
})

t.test('so is what is not judged here', async (t) => {
  const kind = { group: 'apps', version: 'v1', kind: 'Deployment' }
  t.match(deletionOf(annotated('true'), { kind }), { kind: 'allowed' })
})
