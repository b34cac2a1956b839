import Fastify from 'fastify'
import t from 'tap'
import { createMetrics } from '../../../server/metrics.ts'
import { webhookRoute } from '../../../server/routes/webhooks.ts'
import { mcrouterObject, reviewOf, UID } from '../../../testing/review.ts'
import { clientOf, serverWith } from '../../support/server.ts'

const SECRET = 'secret words of an internal error'

/** Something that no caller can bring about by itself: the server is at fault. */
function broken(): never {
  throw new Error(SECRET)
}

t.test('an error of the server is logged in full and answered without a word of it', async (t) => {
  const metrics = createMetrics()
  metrics.certificate.follow(broken)
  const { http, logged } = await clientOf(t, { metrics })
  const { status, headers, text, body } = await http.get('/metrics')
  t.equal(status, 500)
  t.match(headers['content-type'], /^application\/problem\+json/)
  t.match(body, { code: 'MCR_ERR_INTERNAL', detail: /log has the reason under request \S+/ })
  t.notMatch(text, SECRET)
  t.notMatch(text, /\.ts/)
  const [, request = ''] = /under request (\S+)/.exec(body.detail) ?? []
  t.match(JSON.parse(logged[0] ?? ''), {
    level: 'error',
    request,
    path: '/metrics',
    err: { message: SECRET, stack: /\.ts/ },
  })
})

t.test(
  'an error while judging is a denial with the uid, so that the user sees whose fault it was',
  async (t) => {
    const { deps, logged } = serverWith()
    const app = Fastify()
    t.teardown(() => app.close())
    webhookRoute(app, { path: '/mutate', verdictOn: broken, openapi: {} }, deps)
    const answer = await app.inject({ method: 'POST', url: '/mutate', body: reviewOf(mcrouterObject()) })
    t.equal(answer.statusCode, 200)
    t.match(answer.json().response, {
      uid: UID,
      allowed: false,
      status: { code: 500, reason: 'InternalError' },
    })
    t.notMatch(answer.body, SECRET)
    t.match(JSON.parse(logged[0] ?? ''), { level: 'error', uid: UID, err: { message: SECRET } })
  },
)

t.test('an error while rendering is one of the server', async (t) => {
  const settings = {
    get clusterDomain(): string {
      return broken()
    },
  }
  const { http } = await clientOf(t, { settings })
  const { status, text, body } = await http
    .post('/render')
    .type('text')
    .send(JSON.stringify(mcrouterObject()))
  t.match({ status, code: body.code }, { status: 500, code: 'MCR_ERR_INTERNAL' })
  t.notMatch(text, SECRET)
})
