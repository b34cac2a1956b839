import type { ServerResponse } from 'node:http'
import t from 'tap'
import { systemClock } from '../../../../process/clock.ts'
import { HttpSession } from '../../../../reconciler/kube/connection/session.ts'
import { createCertificates } from '../../../../testing/control-plane/certificates.ts'
import { eventually } from '../../../../testing/deadline.ts'
import { apiFailure } from '../../../support/api-failure.ts'
import { answerJson, type Handler, startScriptedServer } from '../../../support/scripted-server.ts'
import { echo, sessionWithServer } from './scripted-session.ts'

t.test('a request says who we are and sends its body as it is', async (t) => {
  const { session } = await sessionWithServer(t)
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
  const { session, server } = await sessionWithServer(t)
  for (let round = 0; round < 10; round += 1) {
    await Promise.all(Array.from({ length: 100 }, () => session.request({ method: 'GET', path: '/x' })))
  }
  t.equal(server.received.length, 1_000)
  t.ok(server.connections <= 16, `${server.connections} connections`)
})

t.test('watches do not use up the connections of other requests', async (t) => {
  const { session } = await sessionWithServer(t, (request, response) => {
    if (request.url === '/watch') response.writeHead(200).flushHeaders()
    else echo(request, response)
  })
  const watches = Array.from({ length: 40 }, () => session.stream({ method: 'GET', path: '/watch' }))
  t.equal((await Promise.all(watches)).length, 40)
  t.match(await session.request({ method: 'GET', path: '/x' }), { kind: 'Echo' })
})

t.test('an urgent request does not wait until a burst of others is through', async (t) => {
  const { session, server } = await sessionWithServer(t, (request, response) => {
    if (request.url === '/urgent') echo(request, response)
  })
  const burst = Array.from({ length: 100 }, () =>
    apiFailure(session.request({ method: 'GET', path: '/slow' })),
  )
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
  const { session, server, source } = await sessionWithServer(t)
  source.identity = { ...source.identity, server: new URL(`${server.url}/clusters/one/`) }
  t.match(await session.request({ method: 'GET', path: '/api/v1/pods?limit=5' }), {
    url: '/clusters/one/api/v1/pods?limit=5',
  })
})

t.test("a refusal is an ApiError with the server's words and its Retry-After", async (t) => {
  const { session } = await sessionWithServer(t, (_, response) =>
    answerJson(
      response,
      429,
      { kind: 'Status', code: 429, reason: 'TooManyRequests', message: 'busy' },
      { 'retry-after': '3' },
    ),
  )
  const error = await apiFailure(session.request({ method: 'GET', path: '/x?limit=1' }))
  t.match(error, { status: 429, reason: 'TooManyRequests', retryAfterMs: 3_000, message: 'GET /x: busy' })
})

t.test('an answer that is no JSON object is refused', async (t) => {
  for (const body of ['<html>', '[]', '"text"', '', 'null', '{"a":']) {
    const { session } = await sessionWithServer(t, (_, response) => response.end(body))
    t.match(await apiFailure(session.request({ method: 'GET', path: '/x' })), {
      status: 0,
      reason: 'Malformed',
    })
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
    const { session, server, clock } = await sessionWithServer(t, handler)
    const request = apiFailure(session.request({ method: 'GET', path: '/x', timeoutMs: 5_000 }))
    await eventually('the request arrived', () => server.received.length === 1)
    await clock.advance(5_000)
    t.match(await request, { reason: 'Timeout', message: 'GET /x: no answer within 5 s' })
    t.equal(clock.pending, 0)
  }
})

t.test('a large answer has that time for each MiB of it, and no more', async (t) => {
  const { session, clock, server } = await sessionWithServer(t, (_, response) => {
    response.writeHead(200)
    answers.push(response)
  })
  const answers: ServerResponse[] = []
  let taken = 0
  const whole = apiFailure(
    session.receive({ method: 'GET', path: '/x', timeoutMs: 5_000 }, async (body) => {
      for await (const chunk of body) taken += chunk.length
    }),
  )
  await eventually('it is asked', () => server.received.length === 1)
  for (let mib = 1; mib <= 4; mib += 1) {
    answers[0]?.write(Buffer.alloc(1024 * 1024))
    await eventually('it is read', () => taken === mib * 1024 * 1024)
    await clock.advance(4_000)
  }
  answers[0]?.write(Buffer.alloc(1024))
  await clock.advance(1_000)
  t.match(await whole, { reason: 'Timeout' })
})

t.test('the default limit is 30 s', async (t) => {
  const { session, server, clock } = await sessionWithServer(t, () => undefined)
  let over = false
  const request = apiFailure(session.request({ method: 'GET', path: '/x' })).finally(() => {
    over = true
  })
  await eventually('the request arrived', () => server.received.length === 1)
  await clock.advance(29_999)
  t.equal(over, false)
  await clock.advance(1)
  t.match(await request, { reason: 'Timeout' })
})

t.test("the caller's signal ends it, before or while it is under way", async (t) => {
  const { session, server, clock } = await sessionWithServer(t, () => undefined)
  t.match(await apiFailure(session.request({ method: 'GET', path: '/x', signal: AbortSignal.abort() })), {
    aborted: true,
  })
  const stop = new AbortController()
  const request = apiFailure(session.request({ method: 'GET', path: '/x', signal: stop.signal }))
  await eventually('the request arrived', () => server.received.length === 1)
  stop.abort()
  t.match(await request, { aborted: true, message: 'GET /x: given up' })
  t.equal(clock.pending, 0)
})

t.test('a connection that breaks: Unreachable, with the reason', async (t) => {
  const { session, server } = await sessionWithServer(t, (_, response) => response.socket?.destroy())
  t.match(await apiFailure(session.request({ method: 'POST', path: '/x' })), {
    status: 0,
    reason: 'Unreachable',
  })
  await server.stop()
  t.match(await apiFailure(session.request({ method: 'GET', path: '/x' })), {
    reason: 'Unreachable',
    message: /ECONNREFUSED/,
  })
})

t.test('a body that is cut: Unreachable', async (t) => {
  const { session } = await sessionWithServer(t, (_, response) => {
    response.writeHead(200, { 'content-length': '100' }).write('{"a":')
    setImmediate(() => response.socket?.destroy())
  })
  t.match(await apiFailure(session.request({ method: 'GET', path: '/x' })), {
    status: 0,
    reason: 'Unreachable',
  })
})

t.test('a kept connection that the server has just closed costs no error, except for a POST', async (t) => {
  for (const method of ['GET', 'PUT', 'PATCH', 'DELETE', 'POST'] as const) {
    const { session, server } = await sessionWithServer(t)
    await session.request({ method: 'GET', path: '/first' })
    let resets = 1
    server.handler = (request, response) => {
      if (resets-- > 0) response.socket?.destroy()
      else echo(request, response)
    }
    const second = session.request({ method, path: '/second' })
    if (method === 'POST') t.match(await apiFailure(second), { reason: 'Unreachable' })
    else t.match(await second, { method, url: '/second' })
  }
})

t.test('a stream delivers as it comes, without a time limit, until the signal fires', async (t) => {
  const { session, server, clock } = await sessionWithServer(t, (_, response) => {
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
  const { session, server, clock } = await sessionWithServer(t, () => undefined)
  const stream = apiFailure(session.stream({ method: 'GET', path: '/watch' }))
  await eventually('the request arrived', () => server.received.length === 1)
  await clock.advance(30_000)
  t.match(await stream, { reason: 'Timeout' })
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
  t.match(await apiFailure(session.request({ method: 'GET', path: '/x', timeoutMs: 50 })), {
    reason: 'Timeout',
  })
  session.close()
  await server.stop()
})
