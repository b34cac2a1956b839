import t from 'tap'
import { ApiError } from '../../../../reconciler/kube/connection/errors.ts'
import { HttpSession } from '../../../../reconciler/kube/connection/session.ts'
import { createCertificates } from '../../../../testing/control-plane/certificates.ts'
import { apiFailure } from '../../../support/api-failure.ts'
import { TestClock } from '../../../support/clock.ts'
import { answerJson, startScriptedServer } from '../../../support/scripted-server.ts'
import { echo, sessionWithServer } from './scripted-session.ts'

t.test('credentials that are refused are read again, once, and the request repeated', async (t) => {
  const { session, server, source, clock } = await sessionWithServer(t, (request, response) => {
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
  t.match(await apiFailure(session.request({ method: 'GET', path: '/x' })), { unauthorized: true })
  t.same(source.reads, [false])
  await clock.advance(1_000)
  t.match(await apiFailure(session.request({ method: 'GET', path: '/x' })), { unauthorized: true })
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
  const { session, source, clock } = await sessionWithServer(t)
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

t.test(
  'once credentials are refused, why there are no others is told, and asked for once a second',
  async (t) => {
    const { session, source, clock } = await sessionWithServer(t, (_, response) =>
      answerJson(response, 401, {
        kind: 'Status',
        code: 401,
        reason: 'Unauthorized',
        message: 'Unauthorized',
      }),
    )
    const why = new ApiError('cannot get credentials: the SSO session has expired', {
      status: 0,
      reason: 'Credentials',
    })
    const failure = () => apiFailure(session.request({ method: 'GET', path: '/x' }))
    await clock.advance(1_000)
    t.match(await failure(), { unauthorized: true }, 'those of this second are the newest there are')
    let reads = 0
    Object.defineProperty(source, 'identity', {
      get: () => {
        reads += 1
        throw why
      },
    })
    await clock.advance(1_000)
    t.equal(await failure(), why)
    t.equal(await failure(), why)
    t.equal(reads, 1)
    await clock.advance(1_000)
    t.equal(await failure(), why)
    t.equal(reads, 2)
  },
)

t.test('without credentials there is no request but the reason', async (t) => {
  const why = new ApiError('cannot read the token', { status: 0, reason: 'Credentials' })
  const credentials = { namespace: 'shop', read: () => Promise.reject(why) }
  const session = new HttpSession({ credentials, clock: new TestClock(), userAgent: 'x' })
  t.equal(await apiFailure(session.request({ method: 'GET', path: '/x' })), why)
})

t.test('a new authority is trusted as soon as the credentials have it; running watches go on', async (t) => {
  const { session, source, server, clock } = await sessionWithServer(t, (request, response) => {
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
  t.match(await apiFailure(session.request({ method: 'GET', path: '/x' })), {
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

t.test('a certificate of another name or authority is not accepted', async (t) => {
  const { session, source } = await sessionWithServer(t)
  const stranger = await createCertificates(['127.0.0.1'])
  source.identity = { ...source.identity, tls: { ca: stranger.ca } }
  t.match(await apiFailure(session.request({ method: 'GET', path: '/x' })), { reason: 'Unreachable' })
})
