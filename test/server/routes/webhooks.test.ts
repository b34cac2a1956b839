import { PassThrough, Readable } from 'node:stream'
import t from 'tap'
import { RequestBudget } from '../../../server/serving/request-budget.ts'
import { eventually } from '../../../testing/deadline.ts'
import { mcrouterObject, reviewOf, scaleReviewOf, UID } from '../../../testing/review.ts'
import { clientOf } from '../../support/server.ts'

const PATHS = ['/mutate', '/validate']

t.test('a review is answered by a review with its uid', async (t) => {
  const { http } = await clientOf(t)
  for (const path of PATHS) {
    const { status, headers, body } = await http
      .post(path)
      .send(reviewOf(mcrouterObject({ memcached_pool_size: 3 })))
    t.equal(status, 200, path)
    t.match(headers['content-type'], /^application\/json/)
    t.match(body, {
      apiVersion: 'admission.k8s.io/v1',
      kind: 'AdmissionReview',
      response: { uid: UID, allowed: true },
    })
  }
})

t.test('/mutate patches, /validate never does', async (t) => {
  const { http } = await clientOf(t)
  const review = reviewOf(mcrouterObject({ memcachedPoolSize: 3 }))
  const mutated = await http.post('/mutate').send(review)
  t.match(mutated.body.response, { allowed: true, patchType: 'JSONPatch', patch: /^[\w+/]+=*$/ })
  const validated = await http.post('/validate').send(review)
  t.notOk('patch' in validated.body.response)
})

t.test('a denial is HTTP 200 with a status for the user', async (t) => {
  const { http } = await clientOf(t)
  for (const path of PATHS) {
    const { status, body } = await http.post(path).send(reviewOf(mcrouterObject({ pool_setup: 'shraded' })))
    t.equal(status, 200, path)
    t.match(body.response, {
      uid: UID,
      allowed: false,
      status: { code: 422, reason: 'Invalid', details: { causes: [{ field: 'spec.pool_setup' }] } },
    })
  }
})

t.test('/validate judges a Scale', async (t) => {
  const { http } = await clientOf(t)
  const { body } = await http.post('/validate').send(scaleReviewOf(1001, 2))
  t.match(body.response, { allowed: false, status: { details: { kind: 'Scale' } } })
})

t.test('the parameters that the API server adds are no hindrance', async (t) => {
  const { http } = await clientOf(t)
  const { status } = await http.post('/mutate?timeout=5s').send(reviewOf(mcrouterObject()))
  t.equal(status, 200)
})

t.test('__proto__ in a body is a denial with the uid', async (t) => {
  const { http } = await clientOf(t)
  const poisoned = [
    '{"__proto__":{"x":1}}',
    '{"a":{"\\u005f\\u005fproto__":1}}',
    '{"constructor":{"prototype":{"x":1}}}',
  ]
  for (const spec of poisoned) {
    for (const path of PATHS) {
      const text = JSON.stringify(reviewOf(mcrouterObject({ marker: 1 }))).replace('{"marker":1}', spec)
      const { status, body } = await http.post(path).type('json').send(text)
      t.equal(status, 200, `${path} ${spec}`)
      t.match(body.response, {
        uid: UID,
        allowed: false,
        status: { code: 400, message: /the key spec\./ },
      })
    }
  }
  t.notOk('x' in {}, 'and nothing was polluted')
})

t.test(
  '__proto__ in a body whose uid cannot be found is a problem, not an error of the server',
  async (t) => {
    const { http } = await clientOf(t)
    const { status, body } = await http
      .post('/mutate')
      .type('json')
      .send('{"__proto__":{"request":{"uid":"x"}}}')
    t.equal(status, 400)
    t.equal(body.code, 'MCR_ERR_REVIEW_INVALID')
  },
)

t.test('what is no review is a problem with a code and a next step', async (t) => {
  const { http } = await clientOf(t)
  const cases: [string, string, number, string, RegExp][] = [
    ['application/json', '{"a":', 400, 'MCR_ERR_BODY_NOT_JSON', /not JSON/],
    ['application/json', '', 400, 'MCR_ERR_BODY_MISSING', /send an AdmissionReview as application\/json/],
    ['application/json', '[]', 400, 'MCR_ERR_REVIEW_INVALID', /use \/render/],
    [
      'application/yaml',
      'a: 1',
      415,
      'MCR_ERR_MEDIA_TYPE',
      /application\/yaml is not supported; send an AdmissionReview/,
    ],
    ['nonsense', '{}', 415, 'MCR_ERR_MEDIA_TYPE', /./],
  ]
  for (const path of PATHS) {
    for (const [type, text, expected, code, detail] of cases) {
      const { status, headers, body } = await http.post(path).set('content-type', type).send(text)
      t.equal(status, expected, `${path} ${type} ${text}`)
      t.match(headers['content-type'], /^application\/problem\+json/)
      t.match(body, { type: 'about:blank', status: expected, code, detail })
    }
    const { status, body } = await http.post(path).unset('content-type')
    t.match(
      { status, code: body.code },
      { status: 400, code: 'MCR_ERR_BODY_MISSING' },
      `${path} without anything`,
    )
  }
})

t.test('a body of 5 MiB is taken, one byte more is refused', async (t) => {
  const { http } = await clientOf(t)
  const text = JSON.stringify(reviewOf(mcrouterObject()))
  const limit = 5 * 1024 * 1024
  const full = await http.post('/mutate').type('json').send(text.padEnd(limit))
  t.equal(full.status, 200)
  const over = await http
    .post('/mutate')
    .type('json')
    .send(text.padEnd(limit + 1))
  t.match(
    { status: over.status, body: over.body },
    { status: 413, body: { code: 'MCR_ERR_BODY_TOO_LARGE', detail: /5 MiB/ } },
  )
})

t.test('a body that is not UTF-8 is refused, not guessed at', async (t) => {
  const { app } = await clientOf(t)
  const payload = Buffer.from([0x22, 0xff, 0x22])
  const { statusCode, json } = await app.inject({
    method: 'POST',
    url: '/mutate',
    headers: { 'content-type': 'application/json' },
    payload,
  })
  t.match({ statusCode, code: json().code }, { statusCode: 400, code: 'MCR_ERR_BODY_NOT_UTF8' })
})

t.test(
  'when bodies under way fill the memory set aside for them, callers are told when to come back',
  async (t) => {
    const { http } = await clientOf(t, { bodies: new RequestBudget(1000) })
    const { status, headers, body } = await http
      .post('/mutate')
      .send(reviewOf(mcrouterObject({ x: 'x'.repeat(1000) })))
    t.match(
      { status, code: body.code, after: headers['retry-after'] },
      { status: 503, code: 'MCR_ERR_OVERLOADED', after: '1' },
    )
    const small = await http.post('/mutate').type('json').send('{}')
    t.equal(small.status, 400, 'and what was refused is not held')
  },
)

t.test('who holds more than a share of it with half a body gives way to others', async (t) => {
  const { app } = await clientOf(t, { bodies: new RequestBudget(10_000) })
  const send = (remoteAddress: string, payload: string | Readable) =>
    app.inject({
      method: 'POST',
      url: '/mutate',
      headers: { 'content-type': 'application/json' },
      remoteAddress,
      payload,
    })
  const review = JSON.stringify(reviewOf(mcrouterObject()))
  const half = new PassThrough()
  half.write('x'.repeat(9_000))
  const held = send('10.0.0.9', half)
  await eventually('half of it is held', () => half.readableLength === 0)
  t.equal((await send('10.0.0.9', review)).statusCode, 503, 'not to more of its own')
  t.equal((await send('10.0.0.1', review)).statusCode, 200)
  t.equal((await held).statusCode, 503)
  half.end()
})

t.test('a body in a thousand pieces takes the memory of its pieces', async (t) => {
  const { app } = await clientOf(t, { bodies: new RequestBudget(100_000) })
  const body = JSON.stringify(reviewOf(mcrouterObject({}, { labels: { x: 'x'.repeat(1000) } })))
  const send = async (payload: Readable) => {
    const headers = { 'content-type': 'application/json' }
    const { statusCode } = await app.inject({ method: 'POST', url: '/mutate', headers, payload })
    return statusCode
  }
  t.equal(await send(Readable.from([body])), 200)
  t.equal(await send(Readable.from(body.split(''))), 503)
  t.equal(await send(Readable.from([body])), 200, 'and gives it back')
})

t.test('requests are counted by webhook, status and verdict', async (t) => {
  const { http } = await clientOf(t)
  await http.post('/mutate').send(reviewOf(mcrouterObject()))
  await http.post('/mutate').send(reviewOf(mcrouterObject({ pool_setup: 'x' })))
  await http.post('/mutate').type('json').send('{')
  await http.post('/mutate').type('text').send('x')
  const { text } = await http.get('/metrics')
  for (const line of [
    'controller_runtime_webhook_requests_total{webhook="/mutate",code="200"} 2',
    'controller_runtime_webhook_requests_total{webhook="/mutate",code="400"} 1',
    'controller_runtime_webhook_requests_total{webhook="/mutate",code="415"} 1',
    'controller_runtime_webhook_requests_total{webhook="/validate",code="200"} 0',
    'controller_runtime_webhook_latency_seconds_count{webhook="/mutate"} 3',
    'controller_runtime_webhook_requests_in_flight{webhook="/mutate"} 0',
    'mcrouter_operator_admission_verdicts_total{webhook="/mutate",verdict="patched"} 1',
    'mcrouter_operator_admission_verdicts_total{webhook="/mutate",verdict="denied"} 1',
  ]) {
    t.ok(text.split('\n').includes(line), line)
  }
})
