import t from 'tap'
import { answer, readReview } from '../../../server/admission/review.ts'
import { allowed, denied, patched } from '../../../server/admission/verdict.ts'
import { mcrouterObject, reviewOf, UID } from '../../../testing/review.ts'

t.test('what a verdict depends on is read', async (t) => {
  const object = mcrouterObject()
  const body = Buffer.from(JSON.stringify(reviewOf(object)))
  t.same(readReview(body), {
    uid: UID,
    operation: 'CREATE',
    group: 'mcrouter.example.com',
    version: 'v1alpha3',
    endpoint: 'v1alpha3',
    kind: 'Mcrouter',
    subResource: '',
    name: 'cache',
    object,
    oldObject: undefined,
    replaces: false,
    bytes: body.length,
    unseenAnnotations: 0,
    fault: undefined,
    excess: undefined,
  })
})

t.test('what is no AdmissionReview v1 is refused, saying why and what to do', async (t) => {
  const { request } = reviewOf(mcrouterObject())
  const cases: [unknown, string, RegExp][] = [
    [null, 'MCR_ERR_REVIEW_INVALID', /not a JSON object.*\/render/],
    [[], 'MCR_ERR_REVIEW_INVALID', /not a JSON object/],
    [mcrouterObject(), 'MCR_ERR_REVIEW_INVALID', /kind is not "AdmissionReview"/],
    [
      { kind: 'AdmissionReview', apiVersion: 'admission.k8s.io/v1' },
      'MCR_ERR_REVIEW_INVALID',
      /request is missing/,
    ],
    [
      { kind: 'AdmissionReview', apiVersion: 'admission.k8s.io/v1', request: {} },
      'MCR_ERR_REVIEW_INVALID',
      /request.uid is missing/,
    ],
    [
      reviewOf(mcrouterObject(), undefined, { uid: 'x'.repeat(129) }),
      'MCR_ERR_REVIEW_INVALID',
      /request.uid is longer than 128 characters/,
    ],
    [
      { kind: 'AdmissionReview', apiVersion: 'admission.k8s.io/v1beta1', request },
      'MCR_ERR_REVIEW_VERSION',
      /"admission.k8s.io\/v1beta1" is not supported; set admissionReviewVersions: \[v1\]/,
    ],
  ]
  for (const [review, code, message] of cases)
    t.throws(() => readReview(Buffer.from(JSON.stringify(review))), { code, statusCode: 400, message })
})

t.test('fields of the wrong type count as not there', async (t) => {
  const review = reviewOf(mcrouterObject(), undefined, {
    operation: 7,
    kind: 'x',
    object: 'y',
    oldObject: [],
  })
  t.match(readReview(Buffer.from(JSON.stringify(review))), {
    operation: '',
    kind: '',
    object: undefined,
    oldObject: undefined,
  })
})

t.test('each verdict is answered in the form that the API server wants', async (t) => {
  const response = (text: string) => {
    const { apiVersion, kind, response } = JSON.parse(text)
    t.same({ apiVersion, kind }, { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview' })
    return response
  }
  t.same(response(answer(UID, allowed())), { uid: UID, allowed: true }, 'no empty fields')
  t.same(response(answer(UID, allowed(['w']))), { uid: UID, allowed: true, warnings: ['w'] })
  t.same(
    response(answer(UID, patched([]))),
    { uid: UID, allowed: true },
    'patch and patchType both or neither',
  )
  const { patch, ...rest } = response(answer(UID, patched([{ op: 'remove', path: '/spec/ä' }], ['w'])))
  t.same(rest, { uid: UID, allowed: true, patchType: 'JSONPatch', warnings: ['w'] })
  t.equal(Buffer.from(patch, 'base64').toString(), '[{"op":"remove","path":"/spec/ä"}]')
  t.same(response(answer(UID, denied({ code: 422, reason: 'Invalid', message: 'm' }))), {
    uid: UID,
    allowed: false,
    status: { status: 'Failure', code: 422, reason: 'Invalid', message: 'm' },
  })
})
