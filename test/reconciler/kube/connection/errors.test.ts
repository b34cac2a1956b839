import t from 'tap'
import { ApiError } from '../../../../reconciler/kube/connection/errors.ts'
import { errorFromAnswer, errorFromStatus } from '../../../../reconciler/kube/connection/status.ts'

const NOW = Date.UTC(2026, 0, 1)

function answer(status: number, body: unknown, retryAfter?: string): ApiError {
  return errorFromAnswer(
    'PATCH /x',
    status,
    retryAfter,
    typeof body === 'string' ? body : JSON.stringify(body),
    NOW,
  )
}

function refused(code: number, reason: string, message = reason, causes: unknown[] = []): ApiError {
  return answer(code, { kind: 'Status', code, reason, message, details: { causes } })
}

t.test("the server's own words come through, after what was asked", (t) => {
  const error = refused(
    403,
    'Forbidden',
    'deployments.apps is forbidden: User "system:serviceaccount:a:b" cannot patch',
  )
  t.equal(
    error.message,
    'PATCH /x: deployments.apps is forbidden: User "system:serviceaccount:a:b" cannot patch',
  )
  t.equal(error.forbidden, true)
  t.end()
})

t.test('each kind of refusal is told apart', (t) => {
  const is = (error: ApiError) =>
    (
      [
        'notFound',
        'conflict',
        'alreadyExists',
        'gone',
        'unauthorized',
        'forbidden',
        'invalid',
        'transient',
      ] as const
    ).filter((kind) => error[kind])
  t.same(is(refused(404, 'NotFound')), ['notFound'])
  t.same(is(refused(409, 'Conflict')), ['conflict'])
  t.same(is(refused(409, 'AlreadyExists')), ['alreadyExists'])
  t.same(is(refused(410, 'Expired')), ['gone'])
  t.same(is(refused(401, 'Unauthorized')), ['unauthorized'])
  t.same(is(refused(403, 'Forbidden')), ['forbidden'])
  t.same(is(refused(422, 'Invalid')), ['invalid'])
  t.same(is(refused(429, 'TooManyRequests')), ['transient'])
  t.same(is(refused(500, 'InternalError')), ['transient'])
  t.same(is(new ApiError('x', { status: 0, reason: 'Unreachable' })), ['transient'])
  t.same(is(new ApiError('x', { status: 0, reason: 'Aborted' })), [])
  t.end()
})

t.test('an update of what cannot change is recognised, in the words of each kind', (t) => {
  const statefulSet =
    'StatefulSet.apps "a" is invalid: spec: Forbidden: updates to statefulset spec for fields other than ' +
    "'replicas', 'ordinals', 'template', 'updateStrategy' and 'minReadySeconds' are forbidden"
  const deployment =
    'Deployment.apps "a" is invalid: spec.selector: Invalid value: {"matchLabels":{"a":"b"}}: field is immutable'
  const service =
    'Service "a" is invalid: spec.clusterIPs[0]: Invalid value: ["None"]: may not change once set'
  for (const message of [statefulSet, deployment, service]) {
    t.equal(refused(422, 'Invalid', message).immutable, true)
    t.equal(
      refused(422, 'Invalid', 'is invalid', [{ reason: 'FieldValueInvalid', message, field: 'x' }]).immutable,
      true,
    )
    t.equal(refused(403, 'Forbidden', message).immutable, false)
  }
  t.equal(refused(422, 'Invalid', 'spec.replicas: Invalid value: -1').immutable, false)
  t.end()
})

t.test('causes are kept with their fields, and what is not one is left out', (t) => {
  const causes = [{ reason: 'FieldValueInvalid', message: 'no', field: 'spec.a' }, 7, {}]
  t.same(refused(422, 'Invalid', 'no', causes).causes, [
    { reason: 'FieldValueInvalid', message: 'no', field: 'spec.a' },
    { reason: '', message: '', field: '' },
  ])
  t.end()
})

t.test('Retry-After is seconds or a date, from the header or from the body', (t) => {
  const status = { kind: 'Status', code: 429, details: { retryAfterSeconds: 3 } }
  t.equal(answer(429, {}, '7').retryAfterMs, 7_000)
  t.equal(answer(429, {}, 'Thu, 01 Jan 2026 00:00:30 GMT').retryAfterMs, 30_000)
  t.equal(answer(429, {}, 'Wed, 31 Dec 2025 00:00:00 GMT').retryAfterMs, 0)
  t.equal(answer(429, {}, 'soon').retryAfterMs, undefined)
  t.equal(answer(429, status).retryAfterMs, 3_000)
  t.equal(answer(429, status, '7').retryAfterMs, 7_000)
  t.equal(answer(429, {}).retryAfterMs, undefined)
  t.end()
})

t.test('an answer that is not from an API server is shown, in part', (t) => {
  const error = answer(502, `<html>${'x'.repeat(1_000)}`)
  t.match(error, { status: 502, reason: 'Unknown', message: /^PATCH \/x: HTTP 502: <html>x+$/ })
  t.ok(error.message.length < 250)
  t.match(answer(500, ''), { message: 'PATCH /x: HTTP 500' })
  t.end()
})

t.test('a Status that comes as an event carries its code itself', (t) => {
  t.match(errorFromStatus('WATCH /x', { kind: 'Status', code: 410, reason: 'Expired', message: 'too old' }), {
    status: 410,
    gone: true,
    message: 'WATCH /x: too old',
  })
  t.match(errorFromStatus('WATCH /x', {}), { status: 500, reason: 'Unknown' })
  t.end()
})
