import t from 'tap'
import { clientOf } from '../../support/server.ts'

const CR = `apiVersion: mcrouter.example.com/v1alpha3
kind: Mcrouter
metadata: {name: cache}
spec: {pool_setup: sharded, memcached_pool_size: 3}
`

t.test('the text of Mcrouters and a key in, servers and reasons out', async (t) => {
  const { http } = await clientOf(t)
  const { status, headers, text } = await http.post('/explain?key=user:42&op=set').type('yaml').send(CR)
  t.equal(status, 200)
  t.equal(headers['content-type'], 'text/plain; charset=utf-8')
  t.equal(
    text,
    `Mcrouter default/cache: set "user:42"
  by operation: the default policy
  pool memcached: Ch3 of "user:42" over 3 is 1 (the bits of its MurmurHash64A d4b05408142ff933 draw 1)
  cache-memcached-1.cache-memcached.default.svc.cluster.local:11211
`,
  )
})

t.test('of v1beta1 as well, with its pools', async (t) => {
  const { http } = await clientOf(t)
  const spec = '{pools: [{name: users, shards: 2}], prefixes: [{prefix: "user:", pool: users}]}'
  const text = `apiVersion: mcrouter.example.com/v1beta1\nkind: Mcrouter\nmetadata: {name: cache}\nspec: ${spec}\n`
  const answer = (key: string) => http.post(`/explain?key=${key}`).type('yaml').send(text)
  t.match(
    (await answer('user:42')).text,
    /the policy for "user:"[\s\S]*cache-memcached-users-\d\.cache-memcached-users\./,
  )
  t.match((await answer('other')).text, /cache-memcached-\d\.cache-memcached\./)
})

t.test('JSON for those who accept it before any text', async (t) => {
  const { http } = await clientOf(t, { settings: { clusterDomain: 'corp.example' } })
  const { headers, body } = await http
    .post('/explain?key=a&namespace=web')
    .accept('json')
    .type('text')
    .send(CR)
  t.match(headers['content-type'], 'application/json')
  t.match(body, [
    {
      name: 'cache',
      namespace: 'web',
      key: 'a',
      operation: 'get',
      servers: [/\.web\.svc\.corp\.example:11211$/],
    },
  ])
  for (const [accept, expected] of [
    ['*/*', 'text/plain'],
    ['text/plain, application/json', 'text/plain'],
    ['application/json;q=0.9, text/plain', 'application/json'],
    ['application/yaml', 'text/plain'],
  ] as const) {
    const answer = await http.post('/explain?key=a').set('accept', accept).type('text').send(CR)
    t.match(answer.headers['content-type'], expected, accept)
  }
})

t.test('a key is decoded from the URL, and nothing of it is obeyed by a terminal', async (t) => {
  const { http } = await clientOf(t)
  const key = 'ä%\u202e\u0085|#|x'
  const url = `/explain?key=${encodeURIComponent(key)}`
  const { text } = await http.post(url).type('text').send(CR)
  t.match(text, String.raw`get "ä%\u202e\u0085|#|x"`)
  t.match(text, String.raw`Ch3 of "ä%\u202e\u0085"`)
  const json = await http.post(url).accept('json').type('text').buffer().send(CR)
  t.equal(json.body[0].key, key)
  for (const one of [text, json.text]) t.notMatch(one.replaceAll('\n', ''), /[\p{Cc}\u202e]/u)
})

t.test('keys that mcrouter takes for routes are explained as it takes them', async (t) => {
  const { http } = await clientOf(t)
  const textFor = async (key: string) =>
    (
      await http
        .post(`/explain?key=${encodeURIComponent(key)}`)
        .type('text')
        .send(CR)
    ).text
  t.match(await textFor('/a/b/c'), /the answer is "SERVER_ERROR RootRoute: No rh found"/)
  t.match(await textFor('/*/*/c'), /cache-memcached-\d/)
})

t.test('what cannot be a question is a problem, never an error of the server', async (t) => {
  const { http } = await clientOf(t)
  for (const [path, text, expected, code, detail] of [
    ['/explain', CR, 400, 'MCR_ERR_QUERY', /key must be given once/],
    ['/explain?key=a&key=b', CR, 400, 'MCR_ERR_QUERY', /key must be given once/],
    ['/explain?key=', CR, 400, 'MCR_ERR_QUERY', /key must not be empty/],
    [
      '/explain?key=ab+c=',
      CR,
      400,
      'MCR_ERR_QUERY',
      /^key must have no spaces or control characters; in a URL write \+ as %2B$/,
    ],
    ['/explain?key=a%0d%0ab', CR, 400, 'MCR_ERR_QUERY', /no spaces or control characters$/],
    [`/explain?key=${'x'.repeat(251)}`, CR, 400, 'MCR_ERR_QUERY', /at most 250 bytes/],
    ['/explain?key=a&op=mg', CR, 400, 'MCR_ERR_QUERY', /op must be given once, as one of get, /],
    ['/explain?key=a&op=get&op=set', CR, 400, 'MCR_ERR_QUERY', /op must be given once/],
    ['/explain?key=a&namespace=Web', CR, 400, 'MCR_ERR_QUERY', /namespace must be/],
    [
      '/explain?key=a&show=config',
      CR,
      400,
      'MCR_ERR_QUERY',
      /unknown parameter show; use key, op, zone or namespace/,
    ],
    ['/explain?key=a&zone=a%20b', CR, 400, 'MCR_ERR_QUERY', /zone must be the value of a label/],
    ['/explain?key=a&zone=a&zone=b', CR, 400, 'MCR_ERR_QUERY', /zone must be given once/],
    ['/explain?key=a&__proto__=a', CR, 400, 'MCR_ERR_QUERY', /unknown parameter/],
    ['/explain?key=a', '', 400, 'MCR_ERR_BODY_MISSING', /send one or more Mcrouters/],
    ['/explain?key=a', 'a: 1\nb: [', 400, 'MCR_ERR_TEXT', /not YAML/],
    ['/explain?key=a', CR.replace('sharded', 'shraded'), 422, 'MCR_ERR_INVALID', /Mcrouter default\/cache/],
    ['/explain?key=a', `${CR}#`.padEnd(256 * 1024 + 1, 'x'), 413, 'MCR_ERR_BODY_TOO_LARGE', /256 KiB/],
    [
      '/explain?key=a',
      `${CR.replace('size: 3', 'size: 1000')}---\n${CR.replace('cache', 'b')}`,
      400,
      'MCR_ERR_TEXT',
      /at most 1000 are taken at once\. Split it, or use `mcrouter-operator explain -f FILE`/,
    ],
    [
      '/explain?key=a',
      Array(26).fill(CR).join('---\n'),
      400,
      'MCR_ERR_TEXT',
      /`mcrouter-operator explain -f FILE`/,
    ],
  ] as const) {
    const { status, headers, body } = await http.post(path).type('text').send(text)
    t.match({ status, body }, { status: expected, body: { code, detail } }, `${path} ${text.slice(0, 40)}`)
    t.match(headers['content-type'], /^application\/problem\+json/)
  }
})

t.test(
  'a key that is not percent-encoded UTF-8 is refused, and none is explained in its place',
  async (t) => {
    const { http } = await clientOf(t)
    for (const query of [
      'key=%E4',
      'key=a%FF%FE',
      'key=100%',
      'key=%',
      'key=%C3',
      'key=%ED%A0%80',
      'key=%u00e4',
    ])
      t.match(
        await http.post(`/explain?${query}`).type('text').send(CR),
        {
          status: 400,
          body: { code: 'MCR_ERR_QUERY', detail: /percent-encoded UTF-8; in a URL write % as %25/ },
        },
        query,
      )
    const answer = await http.post('/explain?key=%C3%A4%25%2B&op=set').type('text').send(CR)
    t.match(answer.text, 'set "ä%+"')
  },
)

t.test('what is no Mcrouter is told in words that are true here', async (t) => {
  const { http } = await clientOf(t)
  const { body } = await http.post('/explain?key=a').type('text').send('{apiVersion: v1, kind: ConfigMap}')
  t.match(body.violations, [{ path: 'kind', message: /only objects of kind Mcrouter are taken/ }])
})

t.test('it waits for its turn with renderings, and is refused when too many wait', async (t) => {
  let goOn = () => {}
  const held = new Promise<void>((resolve) => {
    goOn = resolve
  })
  const { http, deps } = await clientOf(t)
  const waiting = Array.from({ length: 16 }, () => deps.renderJobs.take('127.0.0.1', () => held))
  const { status, headers } = await http.post('/explain?key=a').type('text').send(CR)
  t.equal(status, 503)
  t.ok(headers['retry-after'])
  goOn()
  await Promise.all(waiting)
  t.equal((await http.post('/explain?key=a').type('text').send(CR)).status, 200)
})
