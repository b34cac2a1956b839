import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'
import t, { type Test } from 'tap'
import { systemClock } from '../../../process/clock.ts'
import { confirmOver } from '../../../reconciler/routers/confirm.ts'
import type { Dial } from '../../../reconciler/routers/dial.ts'
import { type Caller, refusedLast, runningDigest } from '../../../reconciler/routers/router-client.ts'
import { eventually } from '../../../testing/deadline.ts'
import { TestClock } from '../../support/clock.ts'

const DIGEST = '41e1fb541c27b610bd0b405ebf56be03'
const dial: Dial = (host, port) => connect({ host, port })
const caller: Caller = { dial, clock: systemClock, timeoutMs: 1_000 }

/** Listens on loopback and answers each request with what `answer` says, in as many pieces as it says. */
async function router(t: Test, answer: (request: string) => readonly string[] | undefined) {
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy())
    socket.on('data', (data) => {
      const pieces = answer(data.toString())
      if (pieces === undefined) socket.end()
      else for (const piece of pieces) socket.write(piece)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  return { host: '127.0.0.1', port: (server.address() as AddressInfo).port }
}

const VERSION = '2026.08.17.00 mcrouter'

function mcrouter(digest: string, stats: Record<string, number> = {}) {
  return (request: string) => {
    if (request === 'get __mcrouter__.config_md5_digest\r\n') {
      return [`VALUE __mcrouter__.config_md5_digest 0 ${digest.length}\r\n`, `${digest}\r\nEN`, 'D\r\n']
    }
    if (request === 'get __mcrouter__.version\r\n')
      return [`VALUE __mcrouter__.version 0 ${VERSION.length}\r\n${VERSION}\r\nEND\r\n`]
    if (request === 'stats all\r\n') {
      return [...Object.entries(stats).map(([name, value]) => `STAT ${name} ${value}\r\n`), 'END\r\n']
    }
    return ['ERROR\r\n']
  }
}

t.test('a router tells the digest of the configuration that it runs, in however many pieces', async (t) => {
  t.equal(await runningDigest(caller, await router(t, mcrouter(DIGEST))), DIGEST)
})

t.test('a router tells whether it refused the last configuration', async (t) => {
  const ask = async (stats: Record<string, number>) =>
    refusedLast(caller, await router(t, mcrouter(DIGEST, stats)))
  t.equal(await ask({ config_failures: 1, config_last_attempt: 200, config_last_success: 100 }), true)
  t.equal(
    await ask({ config_failures: 3, config_last_attempt: 300, config_last_success: 300 }),
    false,
    'it was mended',
  )
  t.equal(await ask({ config_failures: 0, config_last_attempt: 100, config_last_success: 100 }), false)
})

t.test('what is not mcrouter, and what does not answer, is told apart in words', async (t) => {
  const digest = async (answer: Parameters<typeof router>[1]) =>
    runningDigest(caller, await router(t, answer))
  await t.rejects(
    digest(() => ['ERROR\r\n']),
    { message: /does not answer like mcrouter: "ERROR/ },
  )
  await t.rejects(
    digest(() => ['END\r\n']),
    { message: /does not answer like mcrouter/ },
  )
  await t.rejects(
    digest(() => undefined),
    { message: 'it closes the connection' },
  )
  await t.rejects(
    digest(() => ['x'.repeat(2 ** 20 + 1)]),
    { message: 'its answer does not end' },
  )
  const { host, port } = await router(t, mcrouter(DIGEST))
  await t.rejects(runningDigest(caller, { host, port: port === 1 ? 2 : 1 }), { message: /ECONNREFUSED/ })
})

t.test(
  'one that sends something and no end of an answer is given up in time, and no timer is left',
  async (t) => {
    const clock = new TestClock()
    const address = await router(t, () => ['HTTP/1.1 400 Bad Request\r\n\r\n'])
    const asked = t.rejects(runningDigest({ dial, clock, timeoutMs: 50 }, address), {
      message: 'no answer within 50 ms',
    })
    await clock.advance(50)
    await asked
    t.equal(await runningDigest({ dial, clock, timeoutMs: 50 }, await router(t, mcrouter(DIGEST))), DIGEST)
    await eventually('no timer is left', () => clock.pending === 0)
  },
)

t.test('many routers are asked at the same time, and each answers for itself', async (t) => {
  const good = await router(t, mcrouter(DIGEST))
  const old = await router(t, mcrouter('0'.repeat(32), { config_failures: 0 }))
  const refusing = await router(
    t,
    mcrouter('0'.repeat(32), { config_failures: 1, config_last_attempt: 2, config_last_success: 1 }),
  )
  const silent = await router(t, () => [])
  const clock = new TestClock()
  const asked = confirmOver(
    dial,
    clock,
    200,
  )(
    [
      { pod: 'good', ...good },
      { pod: 'old', ...old },
      { pod: 'refusing', ...refusing },
      { pod: 'silent', ...silent },
      ...Array.from({ length: 40 }, (_, index) => ({ pod: `good-${index}`, ...good })),
    ],
    DIGEST,
  )
  await eventually('only the silent one of the first has not answered', () => clock.pending === 1)
  await clock.advance(200)
  const states = await asked
  t.strictSame(states.slice(0, 4), [
    { pod: 'good', runs: 'published', version: VERSION },
    { pod: 'old', runs: 'old' },
    { pod: 'refusing', runs: 'refused' },
    { pod: 'silent', runs: 'unknown', because: 'no answer within 200 ms' },
  ])
  t.equal(states.filter(({ runs }) => runs === 'published').length, 41)
})
