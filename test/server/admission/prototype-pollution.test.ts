import t from 'tap'
import { mutate } from '../../../server/admission/mutate.ts'
import { readReview } from '../../../server/admission/review.ts'
import { mcrouterObject, requestOf, reviewOf } from '../../../testing/review.ts'

/** A review with such a spec, as text: some of it cannot be written as an object. */
function withSpec(spec: string): string {
  return JSON.stringify(reviewOf(mcrouterObject({ marker: 1 }))).replace('{"marker":1}', spec)
}

function faultOf(spec: string): string | undefined {
  return readReview(Buffer.from(withSpec(spec))).fault
}

t.test('a key that reaches a prototype is named with its place', async (t) => {
  t.equal(
    faultOf('{"a":[{"b":{"__proto__":{"x":1}}}]}'),
    'the key spec.a[0].b.__proto__ is not allowed: remove it',
  )
  t.match(faultOf('{"constructor":{"prototype":{"x":1}}}'), 'the key spec.constructor is not allowed')
})

t.test('an escape hides nothing', async (t) => {
  t.match(faultOf('{"\\u005f_pr\\u006Fto__":1}'), /__proto__/)
  t.match(faultOf('{"\\u0063onstructor":{"\\u0070rototype":1}}'), /constructor/)
})

t.test('the words may be said where they do no harm', async (t) => {
  t.equal(faultOf('{"a":"__proto__"}'), undefined)
  t.equal(faultOf('{"constructor":"x"}'), undefined)
  t.equal(faultOf('{"constructor":{"x":1}}'), undefined)
})

t.test('a review is searched to a bounded depth', async (t) => {
  t.match(faultOf(`${'['.repeat(10_000)}"__proto__"${']'.repeat(10_000)}`), /nested more than 100 levels/)
})

t.test('such an object is denied; once stored it can be mended and deleted', async (t) => {
  const poison = JSON.parse('{"__proto__":{"x":1}}')
  const stored = mcrouterObject(poison)
  const dying = mcrouterObject(poison, { deletionTimestamp: '2026-01-01T00:00:00Z' })
  t.match(mutate(requestOf(reviewOf(mcrouterObject(poison)))), { kind: 'denied', status: { code: 400 } })
  t.match(mutate(requestOf(reviewOf(mcrouterObject({}), stored))), { kind: 'patched' })
  t.match(mutate(requestOf(reviewOf(mcrouterObject(poison, { finalizers: [] }), stored))), {
    kind: 'allowed',
  })
  t.match(mutate(requestOf(reviewOf(mcrouterObject(poison, { finalizers: [] }), dying))), { kind: 'allowed' })
})
