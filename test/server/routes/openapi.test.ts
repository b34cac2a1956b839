import { readFileSync } from 'node:fs'
import t from 'tap'
import { OPENAPI_FILE, openApiDocument } from '../../../build/openapi.ts'
import packageJson from '../../../package.json' with { type: 'json' }
import { clientOf } from '../../support/server.ts'

t.test('OpenAPI describes exactly the routes that there are', async (t) => {
  const { http, app } = await clientOf(t)
  const { status, headers, body } = await http.get('/openapi.json')
  t.equal(status, 200)
  t.match(headers['content-type'], 'application/json')
  t.match(body, { openapi: '3.1.0', info: { version: packageJson.version } })
  for (const [url, operations] of Object.entries<object>(body.paths)) {
    for (const method of Object.keys(operations)) {
      t.ok(app.hasRoute({ method: method.toUpperCase(), url }), `${method} ${url}`)
    }
  }
  const { body: problem } = await http.get('/nowhere')
  t.same(problem.detail.match(/\/[a-z.]+/g).toSorted(), ['/nowhere', ...Object.keys(body.paths)].toSorted())
})

t.test('the document is what the routes say', async (t) => {
  const written: unknown = JSON.parse(readFileSync(OPENAPI_FILE, 'utf8'))
  t.strictSame(written, await openApiDocument(), 'run "npm run generate"')
})

t.test('each operation says what it does, takes and answers', async (t) => {
  const { http } = await clientOf(t)
  const { body } = await http.get('/openapi.json')
  for (const [url, operations] of Object.entries<Record<string, { summary?: string; responses: object }>>(
    body.paths,
  )) {
    for (const { summary, responses } of Object.values(operations)) {
      t.ok(summary, `${url} has a summary`)
      t.ok(Object.keys(responses).length > 0, `${url} has answers`)
    }
  }
  t.ok(body.paths['/mutate'].post.requestBody.content['application/json'])
  t.same(
    body.paths['/render'].post.parameters.map(({ name }: { name: string }) => name),
    ['namespace', 'show'],
  )
  t.same(
    body.paths['/explain'].post.parameters.map(({ name }: { name: string }) => name),
    ['key', 'op', 'zone', 'namespace'],
  )
  t.ok(body.paths['/render'].post.responses['422'].content['application/problem+json'])
})
