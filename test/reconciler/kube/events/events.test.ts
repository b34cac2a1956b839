import t from 'tap'
import { isJsonObject } from '../../../../schemas/json.ts'
import { settle } from '../../../support/clock.ts'
import { heapUsed } from '../../../support/heap.ts'
import { fixture, MCROUTER, MINUTE, SCALED } from './fixture.ts'

t.test('an event says what happened to what, when, and who says so', async (t) => {
  const { recorder, stored } = fixture()
  recorder.record(MCROUTER, SCALED)
  await settle()
  t.equal(recorder.written, 1)
  t.match(stored(), [
    {
      path: /^\/apis\/events\.k8s\.io\/v1\/namespaces\/shop\/events\/cache\.[0-9a-f]+$/,
      apiVersion: 'events.k8s.io/v1',
      kind: 'Event',
      metadata: { namespace: 'shop' },
      eventTime: '2026-01-01T00:00:00.000000Z',
      reportingController: 'mcrouter.example.com/operator',
      reportingInstance: 'operator-0',
      ...SCALED,
      regarding: {
        apiVersion: 'mcrouter.example.com/v1alpha3',
        kind: 'Mcrouter',
        namespace: 'shop',
        name: 'cache',
        uid: 'u1',
        resourceVersion: '7',
      },
      series: undefined,
    },
  ])
})

t.test('events about cluster-scoped objects are in the namespace default', async (t) => {
  const { recorder, stored } = fixture()
  const { namespace: _, ...metadata } = MCROUTER.metadata
  recorder.record({ ...MCROUTER, metadata }, SCALED)
  await settle()
  t.match(stored(), [{ path: /namespaces\/default\/events\//, regarding: { namespace: undefined } }])
})

t.test(
  'the same again within 6 minutes is a count: written at once for the second, then once a minute',
  async (t) => {
    const { clock, recorder, stored, session } = fixture()
    recorder.record(MCROUTER, SCALED)
    await clock.advance(1_000)
    recorder.record(MCROUTER, SCALED)
    await settle()
    t.match(stored(), [{ series: { count: 2, lastObservedTime: '2026-01-01T00:00:01.000000Z' } }])
    for (let second = 0; second < 240; second += 1) {
      recorder.record(MCROUTER, SCALED)
      await clock.advance(1_000)
    }
    await recorder.flush()
    t.match(stored(), [{ series: { count: 242 } }])
    t.ok(session.sent.length <= 7, `${session.sent.length} requests for 242 events`)
    t.match(session.sent[1], { method: 'PATCH' })

    await clock.advance(6 * MINUTE)
    recorder.record(MCROUTER, SCALED)
    await settle()
    t.equal(stored().length, 2, 'after 6 minutes of silence it is news')
    t.equal(clock.pending, 0)
  },
)

t.test('what differs in object, type, reason, action or note is another event', async (t) => {
  const { recorder, stored } = fixture()
  recorder.record(MCROUTER, SCALED)
  recorder.record({ ...MCROUTER, metadata: { ...MCROUTER.metadata, uid: 'u2' } }, SCALED)
  recorder.record(MCROUTER, { ...SCALED, type: 'Warning' })
  recorder.record(MCROUTER, { ...SCALED, reason: 'ScaledDown' })
  recorder.record(MCROUTER, { ...SCALED, action: 'Reconcile' })
  recorder.record(MCROUTER, { ...SCALED, note: '3 → 4 servers' })
  await recorder.flush()
  t.equal(stored().length, 6)
  t.equal(new Set(stored().map(({ path }) => path)).size, 6)
})

t.test(
  'one object may say 25 things at once, then one in 5 minutes; the others are not held back',
  async (t) => {
    const { clock, recorder, stored } = fixture()
    const flood = (count: number) => {
      for (let index = 0; index < count; index += 1)
        recorder.record(MCROUTER, { ...SCALED, note: `${clock.now()} ${index}` })
    }
    flood(100)
    await recorder.flush()
    t.equal(stored().length, 25)
    t.equal(recorder.dropped, 75)
    await clock.advance(5 * MINUTE)
    flood(100)
    recorder.record({ ...MCROUTER, metadata: { ...MCROUTER.metadata, uid: 'u2' } }, SCALED)
    await recorder.flush()
    t.equal(stored().length, 27)
  },
)

t.test('a note is one line of at most 1024 bytes, cut between characters', async (t) => {
  const { recorder, stored } = fixture()
  recorder.record(MCROUTER, { ...SCALED, note: 'a\n\u001b[31mb\u0000\tc\u202ed' })
  recorder.record(MCROUTER, { ...SCALED, note: 'x'.repeat(1_024) })
  // The limit falls on each of the four bytes of a character.
  for (const bytes of [0, 1, 2, 3])
    recorder.record(MCROUTER, { ...SCALED, note: 'x'.repeat(bytes) + '🐕'.repeat(500) })
  await recorder.flush()
  const [line, exact, ...long] = stored().map(({ note }) => String(note))
  t.equal(line, 'a [31mb c d')
  t.equal(exact, 'x'.repeat(1_024))
  for (const note of long) {
    t.ok(Buffer.byteLength(note) <= 1_024 && Buffer.byteLength(note) > 1_015)
    t.match(note, /^x*(🐕)+…$/u)
  }
})

t.test('notes that are the same as far as an Event has room are one Event', async (t) => {
  const { recorder, stored } = fixture()
  for (const end of ['one', 'two']) recorder.record(MCROUTER, { ...SCALED, note: 'x'.repeat(2_000) + end })
  await recorder.flush()
  t.match(stored(), [{ series: { count: 2 } }])
  t.equal(stored().length, 1)
})

t.test('what has ended is not remembered once something else happens', async (t) => {
  const { clock, session, recorder } = fixture()
  // Unlike the model, it keeps nothing.
  session.request = async () => ({ ...MCROUTER })
  const say = async (uid: string, note: string) => {
    recorder.record({ ...MCROUTER, metadata: { ...MCROUTER.metadata, uid } }, { ...SCALED, note })
    await recorder.flush()
  }
  await say('u0', 'first')
  const before = heapUsed()
  for (let index = 0; index < 2_000; index += 1) await say(`u${index}`, `${index} ${'x'.repeat(1_000)}`)
  const most = heapUsed() - before
  await clock.advance(6 * MINUTE)
  await say('u0', 'last')
  const left = heapUsed() - before
  t.ok(left < most / 2, `${left} of ${most} bytes are left`)
})

t.test('an event that the server does not take is counted and reported, and stops nothing', async (t) => {
  const { recorder, session, troubles, stored } = fixture()
  session.fault = () => ({ kind: 'status', status: 403, reason: 'Forbidden' })
  recorder.record(MCROUTER, SCALED)
  await recorder.flush()
  t.equal(recorder.failed, 1)
  t.match(troubles, [{ forbidden: true }])
  session.fault = () => undefined
  recorder.record(MCROUTER, SCALED)
  await recorder.flush()
  t.match(stored(), [{ series: { count: 2 } }], 'the next time it is made, with what was missed')
})

t.test('an Event that the API server has forgotten meanwhile is made anew', async (t) => {
  const { clock, recorder, model, stored } = fixture()
  recorder.record(MCROUTER, SCALED)
  await clock.advance(5 * MINUTE)
  for (const path of model.paths()) model.remove(path)
  recorder.record(MCROUTER, SCALED)
  await recorder.flush()
  t.match(stored(), [{ note: SCALED.note, series: { count: 2 } }])
})

t.test('a thousand objects at once: four requests at a time, and none is forgotten', async (t) => {
  const { recorder, session, stored } = fixture()
  let most = 0
  let open = 0
  const request = session.request.bind(session)
  session.request = async (one) => {
    open += 1
    most = Math.max(most, open)
    await settle()
    open -= 1
    return await request(one)
  }
  for (let index = 0; index < 1_000; index += 1) {
    recorder.record(
      { ...MCROUTER, metadata: { ...MCROUTER.metadata, name: `c${index}`, uid: `u${index}` } },
      SCALED,
    )
  }
  await recorder.flush()
  t.equal(stored().length, 1_000)
  t.equal(most, 4)
  t.ok(stored().every((one) => isJsonObject(one.regarding)))
})

t.test('flush with nothing to write resolves at once', async (t) => {
  await t.resolves(fixture().recorder.flush())
})

t.test(
  'while the API server takes no events, no more of them wait than objects are remembered',
  async (t) => {
    const { clock, recorder, session, stored } = fixture()
    session.fault = () => ({ kind: 'late', ms: MINUTE })
    for (let index = 0; index < 10_000; index += 1)
      recorder.record(
        { ...MCROUTER, metadata: { ...MCROUTER.metadata, name: `cache-${index}`, uid: `u${index}` } },
        SCALED,
      )
    session.fault = () => undefined
    const flushed = recorder.flush()
    await clock.advance(2 * MINUTE)
    await flushed
    t.equal(recorder.dropped, 10_000 - 4_100, 'told of, as those that are too many for one object')
    t.equal(stored().length, 4_100, 'the oldest are written')
  },
)
