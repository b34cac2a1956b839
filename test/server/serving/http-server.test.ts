import { once } from 'node:events'
import { Agent, request as httpsRequest } from 'node:https'
import { connect as connectPlain, type Socket } from 'node:net'
import { type ConnectionOptions, connect } from 'node:tls'
import type { FastifyInstance } from 'fastify'
import t, { type Test } from 'tap'
import { issueEphemeral } from '../../../certs/authority.ts'
import { REQUEST_LIMITS } from '../../../render/parse-objects.ts'
import { REVIEW_LIMIT } from '../../../server/routes/review-route.ts'
import { LIMITS, type Limits } from '../../../server/serving/http-server.ts'
import { eventually } from '../../../testing/deadline.ts'
import { mcrouterObject, reviewOf } from '../../../testing/review.ts'
import { serverWith } from '../../support/server.ts'

const { certificate, key, bundle } = await issueEphemeral(Date.now())

interface Listening {
  readonly app: FastifyInstance
  readonly port: number
  connections(): Promise<number>
}

/** A server on loopback, with TLS. */
async function listening(
  t: Test,
  limits: Partial<Limits> = {},
  minVersion: 'TLSv1.2' | 'TLSv1.3' = 'TLSv1.3',
): Promise<Listening> {
  const tls = { context: { cert: certificate, key, minVersion }, attach() {} }
  const { app } = serverWith({ tls, limits: { ...LIMITS, ...limits } })
  await app.listen({ host: '127.0.0.1', port: 0 })
  t.teardown(async () => {
    app.server.closeAllConnections()
    await app.close()
  })
  const address = app.server.address()
  if (typeof address !== 'object' || address === null) throw new Error('not on a port')
  const connections = () =>
    new Promise<number>((resolve, reject) =>
      app.server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
    )
  return { app, port: address.port, connections }
}

/** A connection after its handshake. */
async function connected(t: Test, port: number, options: ConnectionOptions = {}) {
  const socket = connect({ port, host: '127.0.0.1', ca: bundle, ...options })
  t.teardown(() => socket.destroy())
  await once(socket, 'secureConnect')
  return socket
}

/** All that comes until the other side closes. */
async function rest(socket: Socket): Promise<string> {
  const chunks: Buffer[] = []
  socket.on('data', (chunk) => chunks.push(chunk)).on('error', () => {})
  await once(socket, 'close')
  return Buffer.concat(chunks).toString()
}

/** The status of a request over a connection of its own, or of an agent. */
function healthz(port: number, agent?: Agent): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const request = httpsRequest({
      port,
      host: '127.0.0.1',
      path: '/healthz',
      ca: bundle,
      agent: agent ?? false,
    })
    request.on('response', (response) => response.resume().on('end', () => resolve(response.statusCode)))
    request.on('error', reject).end()
  })
}

const head = (length: number) =>
  `POST /mutate HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n\r\n`

t.test('TLS 1.3 is the oldest version, or 1.2 where that is asked for', async (t) => {
  const { port } = await listening(t)
  t.equal((await connected(t, port)).getProtocol(), 'TLSv1.3')
  await t.rejects(connected(t, port, { maxVersion: 'TLSv1.2' }))
  const older = await listening(t, {}, 'TLSv1.2')
  t.equal((await connected(t, older.port, { maxVersion: 'TLSv1.2' })).getProtocol(), 'TLSv1.2')
  await t.rejects(connected(t, older.port, { minVersion: 'TLSv1', maxVersion: 'TLSv1.1' }))
})

t.test('HTTP/1.1 is all that is negotiated', async (t) => {
  const { port } = await listening(t)
  t.equal((await connected(t, port, { ALPNProtocols: ['h2', 'http/1.1'] })).alpnProtocol, 'http/1.1')
  await t.rejects(connected(t, port, { ALPNProtocols: ['h2'] }))
})

t.test('an idle connection outlives the 90 s of the API server', async (t) => {
  const { port } = await listening(t)
  const socket = await connected(t, port)
  socket.write('GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n')
  const [answer] = await once(socket, 'data')
  const [, seconds] = /keep-alive: timeout=(\d+)/i.exec(`${answer}`) ?? []
  t.ok(Number(seconds) > 90, `${seconds} s`)
})

t.test(
  'a connection that is silent after its handshake is idle, and its first request has all its time',
  async (t) => {
    const { port } = await listening(t, { request: 400, headers: 200, check: 50, stall: 300 })
    const [silent, late] = [await connected(t, port), await connected(t, port)]
    const [answer, slow] = [rest(silent), rest(late)]
    // Opened after them, these end when each of the limits would have been over for those.
    const headers = await connected(t, port)
    headers.write('POST /mutate HTTP/1.1\r\nhost: x\r\n')
    t.match(await rest(headers), /^HTTP\/1.1 408 /)
    const stalled = await connected(t, port)
    stalled.write(`${head(1000)}{"half":`)
    await rest(stalled)
    silent.write('GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n')
    t.match(await answer, /^HTTP\/1.1 200 /)
    late.write('GET /healthz HTTP/1.1\r\n')
    t.match(await slow, /^HTTP\/1.1 408 /, 'slow headers are as slow as ever')
  },
)

t.test('a silent connection is kept for as long as any idle one, and no longer', async (t) => {
  const short = await listening(t, { keepAlive: 100 })
  await rest(await connected(t, short.port))
  const { port, app } = await listening(t)
  const accepted = once(app.server, 'secureConnection')
  await connected(t, port)
  const [socket] = await accepted
  t.equal(socket.timeout, LIMITS.keepAlive)
})

t.test('a server that closes waits for no silent connection', async (t) => {
  const { port, app } = await listening(t)
  const accepted = once(app.server, 'secureConnection')
  const silent = await connected(t, port)
  await accepted
  await Promise.all([rest(silent), app.close()])
  t.ok(silent.destroyed)
})

t.test('a connection serves any number of requests', async (t) => {
  const { port, connections } = await listening(t)
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  t.teardown(() => agent.destroy())
  for (let count = 0; count < 1500; count += 1) await healthz(port, agent)
  t.equal(await connections(), 1)
})

t.test('who is slow loses the connection and is told why; nobody else notices', async (t) => {
  const { port } = await listening(t, { request: 400, headers: 200, check: 50, handshake: 200 })
  const cases = {
    'with the headers': 'POST /mutate HTTP/1.1\r\nhost: x\r\n',
    'with the body': `${head(1000)}{"half":`,
    'with a body of unknown length':
      'POST /render HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n1\r\na\r\n',
  }
  for (const [what, bytes] of Object.entries(cases)) {
    const socket = await connected(t, port)
    socket.write(bytes)
    const answer = rest(socket)
    t.equal(await healthz(port), 200, `another is served meanwhile, ${what}`)
    t.match(await answer, /^HTTP\/1.1 408 .*content-type: application\/problem\+json.*MCR_ERR_TIMEOUT/s, what)
  }
  const deaf = connectPlain({ port, host: '127.0.0.1' })
  await rest(deaf)
  t.ok(deaf.destroyed, 'a connection without a handshake is closed')
})

t.test('a client that does not read its answer loses the connection', async (t) => {
  const { port, connections } = await listening(t, { stall: 200 })
  const socket = await connected(t, port)
  socket.pause()
  const body = JSON.stringify({
    items: Array.from({ length: REQUEST_LIMITS.objects }, (_, index) =>
      mcrouterObject({}, { name: `c${index}` }),
    ),
    kind: 'List',
  })
  const render = `POST /render HTTP/1.1\r\nhost: x\r\ncontent-length: ${body.length}\r\n\r\n${body}`
  // Several answers are more than the buffers of both sides hold.
  for (let count = 0; count < 20; count += 1) socket.write(render)
  await eventually('the connection is gone', async () => (await connections()) === 0)
})

t.test('what is no HTTP is answered by a problem, or not at all', async (t) => {
  const { port } = await listening(t)
  const garbage = await connected(t, port)
  garbage.write('\x00\x01\x02 nonsense\r\n\r\n')
  t.match(await rest(garbage), /^HTTP\/1.1 400 .*MCR_ERR_HTTP/s)

  const twofold = await connected(t, port)
  twofold.write('POST /mutate HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n')
  t.match(await rest(twofold), /^HTTP\/1.1 400 /)

  const long = await connected(t, port)
  long.write(`GET /healthz HTTP/1.1\r\nhost: x\r\nx: ${'x'.repeat(20_000)}\r\n\r\n`)
  t.match(await rest(long), /^HTTP\/1.1 431 .*MCR_ERR_HEADERS_TOO_LARGE/s)

  const unencrypted = connectPlain({ port, host: '127.0.0.1' })
  unencrypted.write('GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n')
  await rest(unencrypted)
  t.equal(await healthz(port), 200)
})

t.test('who still sends when the answer is clear gets it nevertheless', async (t) => {
  const { port } = await listening(t)
  const size = 20 * 1024 * 1024
  const socket = await connected(t, port)
  socket.write(head(size))
  socket.write(Buffer.alloc(size, 'x'))
  socket.write('GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n')
  t.match(await rest(socket), /^HTTP\/1.1 413 .*MCR_ERR_BODY_TOO_LARGE.*HTTP\/1.1 200 OK/s)
})

t.test('a body that ends early gives back what it held', async (t) => {
  const { port, connections } = await listening(t)
  for (let count = 0; count < 20; count += 1) {
    const socket = await connected(t, port)
    socket.write(head(REVIEW_LIMIT))
    socket.write(Buffer.alloc(4 * 1024 * 1024, ' '))
    await eventually('the body is being read', () => socket.writableLength === 0)
    socket.destroy()
  }
  await eventually('all are gone', async () => (await connections()) === 0)
  const body = JSON.stringify(reviewOf(mcrouterObject()))
  const socket = await connected(t, port)
  socket.write(`${head(body.length)}${body}GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`)
  t.match(
    await rest(socket),
    /^HTTP\/1.1 200 OK.*"allowed":true/s,
    'eighty megabytes were sent, and sixty-four are the most',
  )
})

t.test('connections that are held and not used make room for others', async (t) => {
  const { port } = await listening(t, { connections: 10 })
  const agent = new Agent({ keepAlive: true, maxSockets: 10 })
  t.teardown(() => agent.destroy())
  await Promise.all(Array.from({ length: 10 }, () => healthz(port, agent)))
  t.equal(await eventually('another client is served', () => healthz(port)), 200)
})
