import { loadAll } from 'js-yaml'
import t from 'tap'
import { isJsonObject, type JsonObject } from '../../../schemas/json.ts'
import { mcrouterObject } from '../../../testing/review.ts'
import { clientOf } from '../../support/server.ts'

const CR = `apiVersion: mcrouter.example.com/v1alpha3
kind: Mcrouter
metadata:
  name: cache
spec:
  memcached_pool_size: 3
  mcrouter_replicas: 1
`

/** kind/namespace/name of an object. */
function titleOf(object: unknown): string {
  const { kind, metadata }: JsonObject = isJsonObject(object) ? object : {}
  return isJsonObject(metadata) ? `${kind}/${metadata.namespace}/${metadata.name}` : 'nothing'
}

t.test(
  'YAML in, a YAML stream out, which says whose objects they are and what may be regretted',
  async (t) => {
    const { http } = await clientOf(t)
    const { status, headers, text } = await http.post('/render').type('application/yaml').buffer().send(CR)
    t.equal(status, 200)
    t.match(headers['content-type'], 'application/yaml')
    t.match(text, /^# Mcrouter default\/cache\n# Warning: .*mcrouter_replicas is 1/)
    const titles = loadAll(text).map(titleOf)
    t.ok(titles.includes('StatefulSet/default/cache-memcached'))
    t.ok(titles.includes('Deployment/default/cache'))
  },
)

t.test('JSON for those who accept it: manifests, warnings, configuration and digest', async (t) => {
  const { http } = await clientOf(t)
  const { status, headers, body } = await http
    .post('/render')
    .accept('application/json')
    .type('text')
    .send(CR)
  t.equal(status, 200)
  t.match(headers['content-type'], 'application/json')
  t.match(body, [
    { name: 'cache', namespace: 'default', warnings: [/mcrouter_replicas/], digest: /^[0-9a-f]{32}$/ },
  ])
  t.ok(body[0].manifests.map(titleOf).includes('ConfigMap/default/cache-config'))
  t.match(JSON.parse(body[0].config), { pools: {}, route: {} })
})

t.test('the first type in Accept that is YAML or JSON is given', async (t) => {
  const { http } = await clientOf(t)
  const cases: [string, string][] = [
    ['*/*', 'yaml'],
    ['application/yaml, application/json', 'yaml'],
    ['application/json;q=0.9, application/yaml', 'json'],
    ['text/html', 'yaml'],
    ['APPLICATION/JSON', 'json'],
  ]
  for (const [accept, expected] of cases) {
    const { headers } = await http.post('/render').set('accept', accept).type('text').buffer().send(CR)
    t.match(headers['content-type'], expected, accept)
  }
})

t.test('show=config gives the bytes that the routers read, and nothing else', async (t) => {
  const { http } = await clientOf(t)
  const all = await http.post('/render').accept('json').type('text').send(CR)
  const { status, text } = await http.post('/render?show=config').type('text').buffer().send(CR)
  t.equal(status, 200)
  t.equal(text, all.body[0].config)
})

t.test('namespace= is for a Mcrouter that names none', async (t) => {
  const { http } = await clientOf(t)
  const two = `${CR}---\n${JSON.stringify(mcrouterObject())}`
  const { text } = await http.post('/render?namespace=web').type('text').buffer().send(two)
  t.match(text, '# Mcrouter web/cache\n')
  t.match(text, '# Mcrouter shop/cache\n')
})

t.test('the cluster domain is in the names of the servers', async (t) => {
  const { http } = await clientOf(t, { settings: { clusterDomain: 'corp.example' } })
  const { text } = await http.post('/render?show=config').type('text').buffer().send(CR)
  t.match(text, 'cache-memcached-0.cache-memcached.default.svc.corp.example:11211')
})

t.test('any type that a client may give to YAML or JSON is taken, and none', async (t) => {
  const { http, app } = await clientOf(t)
  const types = [
    ...['application/yaml', 'application/x-yaml', 'text/yaml', 'text/x-yaml', 'text/vnd.yaml', 'text/plain'],
    ...[
      'application/json',
      'application/vnd.api+json',
      'application/apply-patch+yaml',
      'application/octet-stream',
    ],
    ...['application/x-www-form-urlencoded', 'text/yaml; charset=utf-8', 'Application/YAML'],
  ]
  for (const type of types) {
    const { status } = await http.post('/render').set('content-type', type).send(CR)
    t.equal(status, 200, type)
  }
  const { statusCode } = await app.inject({ method: 'POST', url: '/render', payload: Buffer.from(CR) })
  t.equal(statusCode, 200, 'none')
})

t.test('other types are refused, saying what to send', async (t) => {
  const { http } = await clientOf(t)
  for (const type of [
    'image/png',
    'multipart/form-data; boundary=x',
    'application/xml',
    'application/protobuf',
  ]) {
    const { status, body } = await http.post('/render').set('content-type', type).send(CR)
    t.match(
      { status, body },
      { status: 415, body: { code: 'MCR_ERR_MEDIA_TYPE', detail: /send one or more Mcrouters/ } },
    )
  }
})

t.test('an invalid Mcrouter is answered with every violation of every object', async (t) => {
  const { http } = await clientOf(t)
  const text = [
    JSON.stringify(mcrouterObject({ pool_setup: 'shraded', memcached_pool_sze: 3 })),
    JSON.stringify({ apiVersion: 'v1', kind: 'Pod' }),
    CR,
  ].join('\n---\n')
  const { status, headers, body } = await http.post('/render').type('text').send(text)
  t.equal(status, 422)
  t.match(headers['content-type'], /^application\/problem\+json/)
  t.match(body, {
    title: 'Unprocessable Entity',
    code: 'MCR_ERR_INVALID',
    detail: /Mcrouter shop\/cache, document 2/,
  })
  t.match(body.violations, [
    { subject: 'Mcrouter shop/cache', path: 'spec.pool_setup', message: /did you mean "sharded"/ },
    { subject: 'Mcrouter shop/cache', path: 'spec.memcached_pool_sze', message: /memcached_pool_size/ },
    { subject: 'document 2', path: 'kind' },
  ])
})

t.test('a file that curl -d ran together is answered with what to use instead', async (t) => {
  const { http } = await clientOf(t)
  const send = (text: string) => http.post('/render').type('form').send(text)
  const { status, text } = await send(CR.replaceAll('\n', ''))
  t.equal(status, 400)
  t.match(text, /curl -d drops line breaks: send the file with --data-binary/)
  t.match(text, /^\{\n {2}"type": .*\}\n$/s, 'a person can read it in a terminal')
  t.notMatch((await send(`${CR}: :`)).text, /curl/)
})

t.test('a text that is not YAML is answered with line and column', async (t) => {
  const { http } = await clientOf(t)
  const { status, body } = await http.post('/render').type('text').send('a: 1\nb: [')
  t.equal(status, 400)
  t.match(body, {
    code: 'MCR_ERR_TEXT',
    line: Number,
    column: Number,
    detail: /not YAML.*line \d+, column \d+/,
  })
})

t.test('what cannot be a question is a problem, never an error of the server', async (t) => {
  const { http } = await clientOf(t)
  const cases: [string, string, number, string][] = [
    ['/render', '', 400, 'MCR_ERR_BODY_MISSING'],
    ['/render', '# nothing\n', 400, 'MCR_ERR_TEXT'],
    ['/render?shwo=config', CR, 400, 'MCR_ERR_QUERY'],
    ['/render?show=all', CR, 400, 'MCR_ERR_QUERY'],
    ['/render?namespace=Web', CR, 400, 'MCR_ERR_QUERY'],
    ['/render?namespace=a&namespace=b', CR, 400, 'MCR_ERR_QUERY'],
    ['/render?__proto__=a', CR, 400, 'MCR_ERR_QUERY'],
    ['/render', '{"__proto__": {"x": 1}}', 422, 'MCR_ERR_INVALID'],
    ['/render', CR.replace('spec:', 'spec:\n  __proto__: {x: 1}'), 422, 'MCR_ERR_INVALID'],
    ['/render', '[&a [*a]]', 400, 'MCR_ERR_TEXT'],
    ['/render', `${'['.repeat(20_000)}${']'.repeat(20_000)}`, 400, 'MCR_ERR_TEXT'],
    ['/render', '!!js/function "x"', 400, 'MCR_ERR_TEXT'],
  ]
  for (const [path, text, expected, code] of cases) {
    const { status, headers, body } = await http.post(path).type('text').send(text)
    t.match({ status, code: body.code }, { status: expected, code }, `${path} ${text.slice(0, 40)}`)
    t.match(headers['content-type'], /^application\/problem\+json/)
  }
})

t.test('256 KiB are taken, one byte more is refused', async (t) => {
  const { http } = await clientOf(t)
  const limit = 256 * 1024
  const full = await http.post('/render').type('text').send(`${CR}#`.padEnd(limit, 'x'))
  t.equal(full.status, 200)
  const over = await http
    .post('/render')
    .type('text')
    .send(`${CR}#`.padEnd(limit + 1, 'x'))
  t.match(
    { status: over.status, body: over.body },
    { status: 413, body: { code: 'MCR_ERR_BODY_TOO_LARGE', detail: /256 KiB/ } },
  )
})
