import t from 'tap'
import { Drain } from '../../../server/serving/drain.ts'
import { mcrouterObject, reviewOf } from '../../../testing/review.ts'
import { clientOf } from '../../support/server.ts'

const never = new AbortController().signal

t.test('a live process says so', async (t) => {
  const { http } = await clientOf(t, { certificate: { unready: () => 'no certificate' } })
  const { status, text } = await http.get('/healthz')
  t.match({ status, text }, { status: 200, text: 'ok\n' }, 'whatever its certificate is')
  t.equal((await http.head('/healthz')).status, 200)
})

t.test('it is ready only while its certificate would be trusted', async (t) => {
  let fault: string | undefined = 'waiting for ca.crt'
  const { http } = await clientOf(t, { certificate: { unready: () => fault } })
  const before = await http.get('/readyz')
  t.match({ status: before.status, text: before.text }, { status: 503, text: 'waiting for ca.crt\n' })
  fault = undefined
  t.equal((await http.get('/readyz')).status, 200)
})

t.test('a draining server is alive and not ready, and asks every client to leave', async (t) => {
  const clock = { now: () => 0, monotonic: () => 0 }
  const drain = new Drain(clock, () => new Promise(() => {}))
  const { app } = await clientOf(t, { drain })
  t.not((await app.inject('/readyz')).headers.connection, 'close')
  void drain.quiet(never)
  const { statusCode, body } = await app.inject('/readyz')
  t.match({ statusCode, body }, { statusCode: 503, body: 'draining\n' })
  for (const url of ['/healthz', '/metrics', '/nowhere']) {
    t.equal((await app.inject(url)).headers.connection, 'close', url)
  }
  const headers = { 'content-type': 'application/json' }
  for (const payload of ['{', 'x'.repeat(8 * 1024 * 1024), JSON.stringify(reviewOf(mcrouterObject()))]) {
    const answer = await app.inject({ method: 'POST', url: '/mutate', headers, payload })
    t.equal(answer.headers.connection, 'close', `${answer.statusCode}`)
  }
  t.equal((await app.inject('/healthz')).statusCode, 200)
})
