import t, { type Test } from 'tap'
import { systemClock } from '../../../reconciler/clock.ts'
import type { Credentials, Identity } from '../../../reconciler/kube/credentials.ts'
import { ApiError } from '../../../reconciler/kube/errors.ts'
import { HttpSession } from '../../../reconciler/kube/session.ts'
import { TestClock } from '../../support/clock.ts'
import { createCertificates } from '../../support/control-plane/certificates.ts'
import { eventually } from '../../support/deadline.ts'
import { answerJson, type Handler, startScriptedServer } from '../../support/scripted-server.ts'

const echo: Handler = (request, response) => answerJson(response, 200, { kind: 'Echo', ...request })

/** A session with a server over TLS, and what it takes its credentials from. */
async function fixture(t: Test, handler: Handler = echo, clock = new TestClock()) {
  const certificates = await createCertificates(['127.0.0.1', 'localhost'])
  const { certificate: cert, key } = certificates.apiServer
  const server = await startScriptedServer(handler, { cert, key })
  const source: { identity: Identity; readonly reads: boolean[] } = {
    identity: {
      server: new URL(server.url),
      headers: { authorization: 'Bearer one' },
      tls: { ca: certificates.ca },
    },
    reads: [],
  }
  const credentials: Credentials = {
    namespace: 'shop',
    read: async (refused) => {
      source.reads.push(refused)
      return source.identity
    },
  }
  const session = new HttpSession({ credentials, clock, userAgent: 'mcrouter-operator/1.2.3' })
  t.teardown(async () => {
    session.close()
    await server.stop()
  })
  return { server, source, session, clock }
}

async function failure(promise: Promise<unknown>): Promise<ApiError> {
  try {
    await promise
  } catch (error) {
    if (error instanceof ApiError) return error
    throw error
  }
  throw new Error('it did not fail')
}

t.test('a request says who we are and sends its body as it is', async (t) => {
  const { session } = await fixture(t)
  const body = { futureField: { nested: [1, null, 'ü'] } }
  const answer = await session.request({
    method: 'PATCH',
    path: '/x?a=b',
    body,
    contentType: 'application/apply-patch+yaml',
  })
  t.match(answer, {
    method: 'PATCH',
    url: '/x?a=b',
    body: JSON.stringify(body),
    headers: {
      authorization: 'Bearer one',
      'user-agent': 'mcrouter-operator/1.2.3',
      accept: 'application/json',
      'content-type': 'application/apply-patch+yaml',
      'content-length': `${Buffer.byteLength(JSON.stringify(body))}`,
    },
  })
})

t.test('a thousand requests share a few connections', async (t) => {
  const { session, server } = await fixture(t)
  for (let round = 0; round < 10; round += 1) {
    await Promise.all(Array.from({ length: 100 }, () => session.request({ method: 'GET', path: '/x' })))
  }
  t.equal(server.received.length, 1_000)
  t.ok(server.connections <= 16, `${server.connections} connections`)
})

t.test('watches do not use up the connections of other requests', async (t) => {
  const { session } = await fixture(t, (request, response) => {
    if (request.url === '/watch') response.writeHead(200).flushHeaders()
    else echo(request, response)
  })
  const watches = Array.from({ length: 40 }, () => session.stream({ method: 'GET', path: '/watch' }))
  t.equal((await Promise.all(watches)).length, 40)
  t.match(await session.request({ method: 'GET', path: '/x' }), { kind: 'Echo' })
})

t.test('an urgent request does not wait until a burst of others is through', async (t) => {
  const { session, server } = await fixture(t, (request, response) => {
    if (request.url === '/urgent') echo(request, response)
  })
  const burst = Array.from({ length: 100 }, () => failure(session.request({ method: 'GET', path: '/slow' })))
  await eventually('no connection is free', () => server.received.length === 16)
  t.match(await session.request({ method: 'PUT', path: '/urgent', urgent: true }), { url: '/urgent' })
  session.close()
  const errors = await Promise.all(burst)
  t.ok(
    errors.every(({ reason }) => reason === 'Unreachable'),
    'closing ends them all, also those that wait',
  )
})

t.test('a server behind a path keeps its path', async (t) => {
  const { session, server, source } = await fixture(t)
  source.identity = { ...source.identity, server: new URL(`${server.url}/clusters/one/`) }
  t.match(await session.request({ method: 'GET', path: '/api/v1/pods?limit=5' }), {
    url: '/clusters/one/api/v1/pods?limit=5',
  })
})

t.test("a refusal is an ApiError with the server's words and its Retry-After", async (t) => {
  const { session } = await fixture(t, (_, response) =>
    answerJson(
      response,
      429,
      { kind: 'Status', code: 429, reason: 'TooManyRequests', message: 'busy' },
      { 'retry-after': '3' },
    ),
  )
  const error = await failure(session.request({ method: 'GET', path: '/x?limit=1' }))
  t.match(error, { status: 429, reason: 'TooManyRequests', retryAfterMs: 3_000, message: 'GET /x: busy' })
})

t.test('an answer that is no JSON object is refused', async (t) => {
  for (const body of ['<html>', '[]', '"text"', '', 'null', '{"a":']) {
    const { session } = await fixture(t, (_, response) => response.end(body))
    t.match(await failure(session.request({ method: 'GET', path: '/x' })), { status: 0, reason: 'Malformed' })
  }
})

t.test('no answer within the time: Timeout, for a head or a body that does not come', async (t) => {
  const handlers: Handler[] = [
    () => undefined,
    (_, response) => {
      response.writeHead(200).write('{"a":')
    },
  ]
  for (const handler of handlers) {
    const { session, server, clock } = await fixture(t, handler)
    const request = failure(session.request({ method: 'GET', path: '/x', timeoutMs: 5_000 }))
    await eventually('the request arrived', () => server.received.length === 1)
    await clock.advance(5_000)
    t.match(await request, { reason: 'Timeout', message: 'GET /x: no answer within 5 s' })
    t.equal(clock.pending, 0)
  }
})

t.test('the default limit is 30 s', async (t) => {
  const { session, server, clock } = await fixture(t, () => undefined)
  let over = false
  const request = failure(session.request({ method: 'GET', path: '/x' })).finally(() => {
    over = true
  })
  await eventually('the request arrived', () => server.received.length === 1)
  await clock.advance(29_999)
  t.equal(over, false)
  await clock.advance(1)
  t.match(await request, { reason: 'Timeout' })
})

t.test("the caller's signal ends it, before or while it is under way", async (t) => {
  const { session, server, clock } = await fixture(t, () => undefined)
  t.match(await failure(session.request({ method: 'GET', path: '/x', signal: AbortSignal.abort() })), {
    aborted: true,
  })
  const stop = new AbortController()
  const request = failure(session.request({ method: 'GET', path: '/x', signal: stop.signal }))
  await eventually('the request arrived', () => server.received.length === 1)
  stop.abort()
  t.match(await request, { aborted: true, message: 'GET /x: given up' })
  t.equal(clock.pending, 0)
})

t.test('a connection that breaks: Unreachable, with the reason', async (t) => {
  const { session, server } = await fixture(t, (_, response) => response.socket?.destroy())
  t.match(await failure(session.request({ method: 'POST', path: '/x' })), {
    status: 0,
    reason: 'Unreachable',
  })
  await server.stop()
  t.match(await failure(session.request({ method: 'GET', path: '/x' })), {
    reason: 'Unreachable',
    message: /ECONNREFUSED/,
  })
})

t.test('a body that is cut: Unreachable', async (t) => {
  const { session } = await fixture(t, (_, response) => {
    response.writeHead(200, { 'content-length': '100' }).write('{"a":')
    setImmediate(() => response.socket?.destroy())
  })
  t.match(await failure(session.request({ method: 'GET', path: '/x' })), { status: 0, reason: 'Unreachable' })
})

t.test('a kept connection that the server has just closed costs no error, except for a POST', async (t) => {
  for (const method of ['GET', 'PUT', 'PATCH', 'DELETE', 'POST'] as const) {
    const { session, server } = await fixture(t)
    await session.request({ method: 'GET', path: '/first' })
    let resets = 1
    server.handler = (request, response) => {
      if (resets-- > 0) response.socket?.destroy()
      else echo(request, response)
    }
    const second = session.request({ method, path: '/second' })
    if (method === 'POST') t.match(await failure(second), { reason: 'Unreachable' })
    else t.match(await second, { method, url: '/second' })
  }
})

t.test('credentials that are refused are read again, once, and the request repeated', async (t) => {
  const { session, server, source, clock } = await fixture(t, (request, response) => {
    if (request.headers.authorization === 'Bearer two') echo(request, response)
    else
      answerJson(response, 401, {
        kind: 'Status',
        code: 401,
        reason: 'Unauthorized',
        message: 'Unauthorized',
      })
  })
  await clock.advance(5_000)
  t.match(await failure(session.request({ method: 'GET', path: '/x' })), { unauthorized: true })
  t.same(source.reads, [false])
  await clock.advance(1_000)
  t.match(await failure(session.request({ method: 'GET', path: '/x' })), { unauthorized: true })
  t.same(source.reads, [false, true])
  t.equal(server.received.length, 4, 'no loop')

  source.identity = { ...source.identity, headers: { authorization: 'Bearer two' } }
  await clock.advance(1_000)
  const many = Array.from({ length: 20 }, () => session.request({ method: 'GET', path: '/x' }))
  t.match(
    await Promise.all(many),
    many.map(() => ({ kind: 'Echo' })),
  )
  t.same(source.reads, [false, true, true], 'all wait for one reading')
})

t.test('credentials are read again every minute, and kept when they cannot be read', async (t) => {
  const { session, source, clock } = await fixture(t)
  const authorization = async () => (await session.request({ method: 'GET', path: '/x' })).headers
  t.match(await authorization(), { authorization: 'Bearer one' })
  source.identity = { ...source.identity, headers: { authorization: 'Bearer two' } }
  await clock.advance(59_999)
  t.match(await authorization(), { authorization: 'Bearer one' })
  await clock.advance(1)
  t.match(await authorization(), { authorization: 'Bearer two' })
  Object.defineProperty(source, 'identity', {
    get: () => {
      throw new ApiError('gone', { status: 0, reason: 'Credentials' })
    },
  })
  await clock.advance(60_000)
  t.match(await authorization(), { authorization: 'Bearer two' })
})

t.test('without credentials there is no request but the reason', async (t) => {
  const why = new ApiError('cannot read the token', { status: 0, reason: 'Credentials' })
  const credentials = { namespace: 'shop', read: () => Promise.reject(why) }
  const session = new HttpSession({ credentials, clock: new TestClock(), userAgent: 'x' })
  t.equal(await failure(session.request({ method: 'GET', path: '/x' })), why)
})

t.test('a new authority is trusted as soon as the credentials have it; running watches go on', async (t) => {
  const { session, source, server, clock } = await fixture(t, (request, response) => {
    if (request.url === '/watch') response.writeHead(200).write('one\n')
    else echo(request, response)
  })
  const watch = await session.stream({ method: 'GET', path: '/watch' })
  const reader = watch[Symbol.asyncIterator]()
  t.match(await reader.next(), { value: Buffer.from('one\n') })

  const next = await createCertificates(['127.0.0.1'])
  const other = await startScriptedServer(echo, { cert: next.apiServer.certificate, key: next.apiServer.key })
  t.teardown(() => other.stop())
  source.identity = { ...source.identity, server: new URL(other.url) }
  await clock.advance(60_000)
  t.match(await failure(session.request({ method: 'GET', path: '/x' })), {
    reason: 'Unreachable',
    message: /self-signed|unable to (get|verify)/,
  })
  source.identity = { ...source.identity, tls: { ca: next.ca } }
  await clock.advance(1_000)
  t.match(await session.request({ method: 'GET', path: '/x' }), { kind: 'Echo' })
  t.equal(server.received.length, 1)

  const end = t.rejects(reader.next(), 'connections of the old authority end after 15 minutes at the latest')
  await clock.advance(15 * 60_000)
  await end
})

t.test('a stream delivers as it comes, without a time limit, until the signal fires', async (t) => {
  const { session, server, clock } = await fixture(t, (_, response) => {
    response.writeHead(200).write('one\n')
    server.handler = () => undefined
    setTimeout(() => response.write('two\n'), 20)
  })
  const stop = new AbortController()
  const stream = await session.stream({ method: 'GET', path: '/watch', signal: stop.signal })
  const reader = stream[Symbol.asyncIterator]()
  t.equal(`${(await reader.next()).value}`, 'one\n')
  await clock.advance(3_600_000)
  t.equal(`${(await reader.next()).value}`, 'two\n')
  const end = t.rejects(reader.next())
  stop.abort()
  await end
  t.equal(clock.pending, 0)
})

t.test('a stream whose head does not come within 30 s is given up', async (t) => {
  const { session, server, clock } = await fixture(t, () => undefined)
  const stream = failure(session.stream({ method: 'GET', path: '/watch' }))
  await eventually('the request arrived', () => server.received.length === 1)
  await clock.advance(30_000)
  t.match(await stream, { reason: 'Timeout' })
})

t.test('a certificate of another name or authority is not accepted', async (t) => {
  const { session, source } = await fixture(t)
  const stranger = await createCertificates(['127.0.0.1'])
  source.identity = { ...source.identity, tls: { ca: stranger.ca } }
  t.match(await failure(session.request({ method: 'GET', path: '/x' })), { reason: 'Unreachable' })
})

t.test('with the real clock as well', async (t) => {
  const certificates = await createCertificates(['127.0.0.1'])
  const server = await startScriptedServer(() => undefined, {
    cert: certificates.apiServer.certificate,
    key: certificates.apiServer.key,
  })
  const credentials = {
    namespace: 'shop',
    read: async () => ({ server: new URL(server.url), headers: {}, tls: { ca: certificates.ca } }),
  }
  const session = new HttpSession({ credentials, clock: systemClock, userAgent: 'x' })
  t.match(await failure(session.request({ method: 'GET', path: '/x', timeoutMs: 50 })), { reason: 'Timeout' })
  session.close()
  await server.stop()
})
