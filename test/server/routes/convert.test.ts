import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import type { ApiVersion } from '../../../schemas/api-version.ts'
import { convert } from '../../../schemas/conversion/convert.ts'
import { isJsonObject, type JsonObject } from '../../../schemas/json.ts'
import { V1ALPHA3 } from '../../../schemas/v1alpha3/version.ts'
import { V1BETA1 } from '../../../schemas/v1beta1/version.ts'
import { judge } from '../../../schemas/validation/judge.ts'
import { specAnnotation } from '../../../schemas/well-known.ts'
import { conversionReview, convertedObjects, storedObject } from '../../../testing/conversion-review.ts'
import { effort } from '../../../testing/effort.ts'
import { UID } from '../../../testing/review.ts'
import { anyMcrouter } from '../../support/arbitrary/mcrouter.ts'
import { clientOf } from '../../support/server.ts'

const OLD = V1ALPHA3.apiVersion
const NEW = V1BETA1.apiVersion

async function converter(t: Parameters<typeof clientOf>[0]) {
  const { http, logged, app } = await clientOf(t)
  const send = (text: string) => http.post('/convert').type('json').send(text)
  const converted = async (to: string, objects: unknown[]) => {
    const { status, body } = await send(JSON.stringify(conversionReview(to, objects)))
    assert.equal(status, 200, JSON.stringify(body))
    return convertedObjects(body)
  }
  return { http, logged, app, send, converted }
}

t.test('objects come back in the other version, all of them and in their order', async (t) => {
  const { converted } = await converter(t)
  const specs = [1, 2, 3].map((size) =>
    V1ALPHA3.withDefaults({ memcached_pool_size: size, pool_setup: 'sharded' }),
  )
  const objects = specs.map((spec, index) => storedObject(OLD, spec, { name: `cache-${index}` }))
  const there = await converted(NEW, objects)
  t.match(
    there,
    [1, 2, 3].map((shards, index) => ({
      apiVersion: NEW,
      metadata: { name: `cache-${index}` },
      spec: { memcached: { shards, copies: 1 } },
    })),
  )
  t.strictSame(await converted(OLD, [...there]), objects)
  t.strictSame(await converted(NEW, []), [])
})

t.test('what is of the wanted version already, or no object at all, comes back as it is', async (t) => {
  const { converted } = await converter(t)
  const mixed = [storedObject(NEW, { memcached: { shards: 3 } }), 7, null, 'x', [], {}, storedObject(OLD, {})]
  const back = await converted(NEW, mixed)
  t.strictSame(back.slice(0, 6), mixed.slice(0, 6))
  t.match(back[6], { apiVersion: NEW, spec: { memcached: {} } })
})

/** As the pure conversion has it. */
function expected(object: JsonObject, from: ApiVersion, to: ApiVersion): unknown {
  return JSON.parse(JSON.stringify(convert(object, from, to)))
}

t.test(
  'each is what the conversion makes of it, and nothing but version, spec and annotations is other than before',
  async (t) => {
    const { converted } = await converter(t)
    const rich = {
      managedFields: [{ manager: 'kubectl', fieldsV1: { 'f:spec': {} } }],
      labels: { a: 'b' },
    }
    const status = { conditions: [{ type: 'Ready', status: 'True' }], big: 'x'.repeat(40_000) }
    const kept = {
      [specAnnotation(V1BETA1)]: JSON.stringify(V1BETA1.withDefaults({ pools: [{ name: 'more' }] })),
    }
    const cases = [
      {},
      { annotations: {} },
      { annotations: { a: 'b' } },
      { annotations: kept },
      { annotations: { ...kept, a: 'b' } },
      rich,
      { ...rich, annotations: kept },
    ].flatMap((metadata) =>
      [
        undefined,
        {},
        { memcached_pool_size: 3, pool_setup: 'sharded' },
        { misspelt: 1 },
        { pool_setup: 7 },
      ].flatMap((spec) => [
        storedObject(OLD, spec, metadata),
        { ...storedObject(OLD, spec, metadata), status },
      ]),
    )
    for (const object of [
      ...cases,
      { apiVersion: OLD, spec: { misspelt: 1 } },
      { apiVersion: OLD, metadata: {}, spec: { misspelt: 1 } },
      { apiVersion: OLD, metadata: { name: 'alone' }, spec: { misspelt: 1 } },
    ]) {
      t.strictSame(await converted(NEW, [object]), [expected(object, V1ALPHA3, V1BETA1)])
      const there = expected(object, V1ALPHA3, V1BETA1)
      t.strictSame(await converted(OLD, [there]), [expected(Object(there), V1BETA1, V1ALPHA3)])
    }
  },
)

t.test('whatever is stored, it is answered', async (t) => {
  const { app } = await converter(t)
  await fc.assert(
    fc.asyncProperty(anyMcrouter(), async ({ metadata = {}, spec = {} }) => {
      const object = JSON.parse(JSON.stringify({ apiVersion: OLD, metadata, spec }))
      fc.pre(isJsonObject(object.metadata))
      const payload = JSON.stringify(conversionReview(NEW, [object]))
      const headers = { 'content-type': 'application/json' }
      const { json } = await app.inject({ method: 'POST', url: '/convert', headers, payload })
      assert.deepEqual(convertedObjects(json()), [expected(object, V1ALPHA3, V1BETA1)])
    }),
    effort(100),
  )
})

t.test('a hostile object is answered with a spec that is refused and says why', async (t) => {
  const { send, logged } = await converter(t)
  const nested = (levels: number) => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`
  const hostile = {
    'nested 10,000 levels deep': `{"node_selector":${nested(10_000)}}`,
    'with more values than any spec has': `{"tolerations":[${'{},'.repeat(1_000_000)}{}]}`,
  }
  for (const [name, spec] of Object.entries(hostile)) {
    const text = JSON.stringify(conversionReview(NEW, [storedObject(OLD, 'SPEC'), storedObject(OLD, {})]))
    const { body } = await send(text.replace('"SPEC"', spec))
    const [object, other] = convertedObjects(body)
    const why = 'too large for v1beta1: read and write v1alpha3'
    t.match(object, { spec: { router: { release: why, image: why }, memcached: { image: why } } }, name)
    t.notOk(judge(Object(object)).accepted, name)
    t.match(other, { apiVersion: NEW, spec: { memcached: { copies: 2 } } }, 'and its neighbours as they are')
    t.match(logged.join(), /not converted/)
  }
})

t.test('as many annotations as the API server takes stay as they are, and none is read', async (t) => {
  const { converted } = await converter(t)
  const annotations = Object.fromEntries(Array.from({ length: 40_000 }, (_, index) => [`${index}`, '']))
  const object = storedObject(OLD, { misspelt: 1 }, { annotations })
  const [there] = await converted(NEW, [object])
  t.strictSame(there, expected(object, V1ALPHA3, V1BETA1))
  t.strictSame(await converted(OLD, [there]), [object])
})

t.test('a spec is kept for as long as the API server has room for it, which counts no escapes', async (t) => {
  const { converted } = await converter(t)
  const spec = { misspelt: 1 }
  const annotation = specAnnotation(V1ALPHA3)
  const room = 256 * 1024 - annotation.length - JSON.stringify(spec).length - 'note'.length
  const noted = (length: number) => storedObject(OLD, spec, { annotations: { note: '"'.repeat(length) } })
  const [kept, lost] = await converted(NEW, [noted(room), noted(room + 1)])
  t.match(kept, { metadata: { annotations: { [annotation]: JSON.stringify(spec) } } })
  t.match(lost, { spec: { router: { release: /^too large for v1beta1: / } } })
})

t.test('names that reach a prototype are names', async (t) => {
  const { send } = await converter(t)
  const text = JSON.stringify(conversionReview(NEW, [storedObject(OLD, 'SPEC')]))
  for (const spec of [
    '{"__proto__":{"x":1}}',
    '{"node_selector":{"__proto__":"x"}}',
    '{"constructor":{"prototype":{"x":1}}}',
  ]) {
    const { body } = await send(text.replace('"SPEC"', spec))
    t.match(convertedObjects(body), [
      { apiVersion: NEW, metadata: { annotations: { [specAnnotation(V1ALPHA3)]: spec } } },
    ])
    t.notOk('x' in {}, 'and nothing was polluted')
  }
})

t.test(
  'an object of a version that is not known is no answer, which the API server would keep: all of the review is refused',
  async (t) => {
    const { send, logged } = await converter(t)
    for (const known of [[], [storedObject(OLD, {})]]) {
      const unknown = storedObject('mcrouter.example.com/v1', { pool_setup: 'sharded' })
      const { status, body } = await send(JSON.stringify(conversionReview(NEW, [...known, unknown])))
      t.equal(status, 200)
      const message =
        /from "mcrouter.example.com\/v1", only from mcrouter.example.com\/v1alpha3 and .*v1beta1: .*helm upgrade/
      t.match(body, { response: { uid: UID, result: { status: 'Failure', message }, convertedObjects: [] } })
    }
    t.match(logged.join(), /refused to convert/)
  },
)

t.test('what cannot be understood is refused with what to do, and never with a broken answer', async (t) => {
  const { send } = await converter(t)
  const cases: [JsonObject, RegExp][] = [
    [
      conversionReview('mcrouter.example.com/v2', []),
      /cannot be converted to "mcrouter.example.com\/v2", only to .*run helm upgrade/,
    ],
    [conversionReview(NEW, {}), /is no list/],
    [
      conversionReview(
        NEW,
        Array.from({ length: 2_001 }, () => 1),
      ),
      /more than 2000: send fewer/,
    ],
  ]
  for (const [review, message] of cases) {
    const { status, body } = await send(JSON.stringify(review))
    t.equal(status, 200)
    t.match(body, { response: { uid: UID, result: { status: 'Failure', message } } })
  }
})

t.test('what is no review is a problem with a code and a next step', async (t) => {
  const { send } = await converter(t)
  const review = conversionReview(NEW, [])
  const cases: [string, string, RegExp][] = [
    ['{"a":', 'MCR_ERR_BODY_NOT_JSON', /not JSON/],
    [`{"kind":${'['.repeat(40_000)}`, 'MCR_ERR_BODY_NOT_JSON', /ends in the middle/],
    ['[]', 'MCR_ERR_BODY_NOT_JSON', /no object/],
    ['', 'MCR_ERR_BODY_MISSING', /send a ConversionReview/],
    ['{}', 'MCR_ERR_CONVERSION_REVIEW_INVALID', /kind is not/],
    [
      JSON.stringify({ ...review, apiVersion: 'apiextensions.k8s.io/v1beta1' }),
      'MCR_ERR_CONVERSION_REVIEW_VERSION',
      /conversionReviewVersions: \[v1\]/,
    ],
    [JSON.stringify({ ...review, request: 7 }), 'MCR_ERR_CONVERSION_REVIEW_INVALID', /request is missing/],
    [
      JSON.stringify({ ...review, request: { uid: 'u'.repeat(129) } }),
      'MCR_ERR_CONVERSION_REVIEW_INVALID',
      /uid/,
    ],
  ]
  for (const [text, code, detail] of cases) {
    const { status, body } = await send(text)
    t.match({ status, body }, { status: 400, body: { code, detail } }, text.slice(0, 40))
  }
})

t.test('others have their turn between the objects of a large review', async (t) => {
  const { http, send } = await converter(t)
  const objects = Array.from({ length: 1_000 }, (_, index) =>
    storedObject(OLD, { memcached_pool_size: 3 }, { name: `c${index}` }),
  )
  let done = false
  const large = send(JSON.stringify(conversionReview(NEW, objects))).then(({ body }) => {
    done = true
    return body
  })
  let answered = 0
  while (!done) {
    const { status } = await http.get('/healthz')
    if (status === 200 && !done) answered += 1
  }
  t.equal(convertedObjects(await large).length, 1_000)
  t.ok(answered > 3, `${answered}`)
})

t.test('requests and objects are counted', async (t) => {
  const { http, converted, send } = await converter(t)
  const tolerations = Array.from({ length: 10_001 }, () => ({}))
  await converted(NEW, [storedObject(OLD, {}), storedObject(OLD, { tolerations })])
  await send(JSON.stringify(conversionReview(NEW, [storedObject('mcrouter.example.com/v1', {})])))
  await send('{')
  const { text } = await http.get('/metrics')
  for (const line of [
    'controller_runtime_webhook_requests_total{webhook="/convert",code="200"} 2',
    'controller_runtime_webhook_requests_total{webhook="/convert",code="400"} 1',
    'controller_runtime_webhook_latency_seconds_count{webhook="/convert"} 3',
    'mcrouter_operator_conversion_objects_total{version="v1beta1",result="converted"} 1',
    'mcrouter_operator_conversion_objects_total{version="v1beta1",result="unread"} 1',
    'mcrouter_operator_conversion_objects_total{version="v1beta1",result="refused"} 1',
  ]) {
    t.ok(text.split('\n').includes(line), line)
  }
})
