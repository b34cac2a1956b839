import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import Fastify from 'fastify'
import { mutate } from '../../server/admission/mutate.ts'
import { answer, readReview } from '../../server/admission/review.ts'
import { REVIEW_LIMIT } from '../../server/routes/review-route.ts'
import { bodyOf, RequestBudget, readBody } from '../../server/serving/request-budget.ts'

// A bare Fastify that does a part of what /mutate does, then gives a fixed answer. Usage: node parts-server.ts PORT CERT_DIR
//   POST /spin/N   only spends N µs
//   POST /received takes the body as the operator does
//   POST /read     also reads the review
//   POST /judged   also judges the object
//   POST /answered also answers with the verdict
const [, , port = '', directory = ''] = process.argv

const FIXED = JSON.stringify({
  apiVersion: 'admission.k8s.io/v1',
  kind: 'AdmissionReview',
  response: { uid: '0df28fbd-5f5f-11e8-bc74-36e6bb280816', allowed: true },
})
const JSON_TYPE = 'application/json'

const read = (file: string) => readFileSync(join(directory, file))
const app = Fastify({ https: { cert: read('tls.crt'), key: read('tls.key'), minVersion: 'TLSv1.3' } })
app.get('/readyz', async () => 'ok')
app.post<{ Params: { readonly micros: string } }>('/spin/:micros', (request, reply) => {
  const end = performance.now() + Number(request.params.micros) / 1000
  while (performance.now() < end);
  void reply.header('content-type', JSON_TYPE).send(FIXED)
})
app.register(async (scope) => {
  scope.removeAllContentTypeParsers()
  scope.addContentTypeParser(JSON_TYPE, readBody(REVIEW_LIMIT, new RequestBudget(REVIEW_LIMIT * 16)))
  scope.post('/received', (request, reply) => {
    bodyOf(request)
    void reply.header('content-type', JSON_TYPE).send(FIXED)
  })
  scope.post('/read', (request, reply) => {
    readReview(bodyOf(request))
    void reply.header('content-type', JSON_TYPE).send(FIXED)
  })
  scope.post('/judged', (request, reply) => {
    mutate(readReview(bodyOf(request)))
    void reply.header('content-type', JSON_TYPE).send(FIXED)
  })
  scope.post('/answered', (request, reply) => {
    const review = readReview(bodyOf(request))
    void reply.header('content-type', JSON_TYPE).send(answer(review.uid, mutate(review)))
  })
})
await app.listen({ host: '127.0.0.1', port: Number(port) })
