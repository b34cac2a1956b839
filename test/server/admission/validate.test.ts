import t from 'tap'
import type { JsonObject } from '../../../schemas/json.ts'
import { CONSENT_ANNOTATION } from '../../../schemas/well-known.ts'
import { validate } from '../../../server/admission/validate.ts'
import { mcrouterObject, requestOf, reviewOf, scaleReviewOf } from '../../../testing/review.ts'

function verdict(review: JsonObject) {
  return validate(requestOf(review))
}

t.test('a valid object is allowed, never patched', async (t) => {
  t.match(verdict(reviewOf(mcrouterObject({ memcached_pool_size: 3 }))), { kind: 'allowed', warnings: [] })
})

t.test('what is regrettable is allowed with a warning', async (t) => {
  t.match(verdict(reviewOf(mcrouterObject({ mcrouter_replicas: 1 }))), {
    kind: 'allowed',
    warnings: [/mcrouter_replicas/],
  })
})

t.test('a change of the pool says how many keys it moves', async (t) => {
  const stored = mcrouterObject({ pool_setup: 'sharded', memcached_pool_size: 3 })
  const grown = mcrouterObject({ pool_setup: 'sharded', memcached_pool_size: 4 })
  t.match(verdict(reviewOf(grown, stored)), { kind: 'allowed', warnings: [/3 → 4 .*25 ?%/] })
})

t.test('a label that pods inherit restarts them, although the spec stays as it is', async (t) => {
  const labelled = (team: string) =>
    mcrouterObject({}, { name: 'cache', namespace: 'shop', labels: { team } })
  const request = requestOf(reviewOf(labelled('blue'), labelled('red')))
  t.match(validate(request, { labels: ['team'], annotations: [] }), {
    kind: 'allowed',
    warnings: [/^labels or annotations that pods inherit change: .*the whole cache is empty$/],
  })
  t.match(validate(request), { warnings: [] })
})

t.test('who takes a consent away before its change is made is told, whatever else changes', async (t) => {
  const status = { conditions: [{ type: 'Progressing', status: 'True' }] }
  const consenting = {
    ...mcrouterObject({}, { name: 'cache', namespace: 'shop', annotations: { [CONSENT_ANNOTATION]: 'x' } }),
    status,
  }
  for (const spec of [{}, { mcrouter_replicas: 3 }]) {
    const after = { ...mcrouterObject(spec, { name: 'cache', namespace: 'shop' }), status }
    t.match(verdict(reviewOf(after, consenting)), { warnings: [/keep it until Progressing is False$/] })
  }
})

t.test('an invalid object is denied here too', async (t) => {
  t.match(verdict(reviewOf(mcrouterObject({ memcached_pool_size: 1001 }))), {
    kind: 'denied',
    status: { code: 422 },
  })
})

t.test('a Scale is held to the bounds of the pool and warned about alike', async (t) => {
  t.match(verdict(scaleReviewOf(4, 3)), { kind: 'allowed', warnings: [/3 → 4/] })
  t.match(verdict(scaleReviewOf(0, 3)), {
    kind: 'denied',
    status: { code: 422, details: { kind: 'Scale', name: 'cache', causes: [{ field: 'spec.replicas' }] } },
  })
  t.match(verdict(scaleReviewOf(3, 3)), { kind: 'allowed', warnings: [] })
})
