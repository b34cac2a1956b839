import { METHODS } from 'node:http'
import t from 'tap'
import { clientOf } from '../../support/server.ts'

const PATHS = {
  '/mutate': ['POST'],
  '/validate': ['POST'],
  '/render': ['POST'],
  '/explain': ['POST'],
  '/healthz': ['GET', 'HEAD'],
  '/readyz': ['GET', 'HEAD'],
  '/metrics': ['GET', 'HEAD'],
  '/openapi.json': ['GET', 'HEAD'],
}

t.test('a method that a path does not take is answered with those that it does', async (t) => {
  const { http, app } = await clientOf(t)
  const standard = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND', 'QUERY'] as const
  for (const [path, taken] of Object.entries(PATHS)) {
    for (const method of standard.filter((one) => METHODS.includes(one) && !taken.includes(one))) {
      const { statusCode, headers, body } = await app.inject({ method, url: path } as never)
      t.equal(statusCode, 405, `${method} ${path}`)
      t.same(new Set(String(headers.allow).split(', ')), new Set(taken))
      t.match(JSON.parse(body), { code: 'MCR_ERR_METHOD', detail: `${path} does not take ${method}` })
    }
  }
  t.equal((await http.head('/render')).status, 405)
})

t.test('an unknown path is answered with those that there are, whatever the body', async (t) => {
  const { http } = await clientOf(t)
  for (const path of ['/', '/mutate/', '/Render', '/render/x', '/favicon.ico', '/..%2f']) {
    const { status, headers, body } = await http.get(path)
    t.equal(status, 404, path)
    t.match(headers['content-type'], /^application\/problem\+json/)
    t.match(body, { code: 'MCR_ERR_PATH_UNKNOWN' })
    for (const known of Object.keys(PATHS)) t.match(body.detail, known)
  }
  const { status } = await http.put('/nowhere').type('image/png').send(Buffer.alloc(100_000))
  t.equal(status, 404)
})

t.test('a URL that does not decode is a problem too', async (t) => {
  const { http } = await clientOf(t)
  const { status, headers, body } = await http.get('/%zz')
  t.equal(status, 400)
  t.match(headers['content-type'], /^application\/problem\+json/)
  t.match(body, { code: 'MCR_ERR_URL' })
})

t.test('what is repeated to the caller is bounded', async (t) => {
  const { http } = await clientOf(t)
  const { text } = await http.get(`/${'x'.repeat(8000)}`)
  t.ok(text.length < 1000)
})
