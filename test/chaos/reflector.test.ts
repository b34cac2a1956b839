import t from 'tap'
import { keyText } from '../../reconciler/kube/key.ts'
import { eventLine, failure } from '../support/api-model/index.ts'
import { Reflection } from '../support/api-model/reflection.ts'
import type { Fault, Sent } from '../support/api-model/session.ts'
import { heapUsed } from '../support/heap.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND
/** No fault that ends may leave the copy older than this. */
const STALENESS = 75 * SECOND

const status = (code: number, reason: string, retryAfter?: string): Fault => ({
  kind: 'status',
  status: code,
  reason,
  ...(retryAfter !== undefined && { retryAfter }),
})
const isWatch = ({ query }: Sent) => query.get('watch') === 'true'

/** A reflector in its tenth healthy minute, with three objects. */
async function settled(): Promise<Reflection> {
  const it = new Reflection()
  for (const name of ['a', 'b', 'c']) it.put(name, 'one')
  await it.start()
  for (let minutes = 0; minutes < 9; minutes += 1) {
    await it.clock.advance(MINUTE)
    it.model.bookmark()
  }
  await it.clock.advance(30 * SECOND)
  return it
}

/** Every kind of change at once. */
function stir(it: Reflection): void {
  it.put('a', 'two')
  it.remove('b')
  it.put('d', 'one')
}

/** No two seconds with more than two requests. */
function bounded(it: Reflection): boolean {
  const times = it.session.sent.map(({ atMs }) => atMs)
  return times.every((at, index) => times.slice(index).filter((other) => other - at < 2 * SECOND).length <= 4)
}

const broken: readonly [name: string, breakIt: (it: Reflection) => void][] = [
  ['the connection is reset', (it) => it.model.broadcast((feed) => feed.fail(new Error('read ECONNRESET')))],
  ['the server closes it', (it) => it.model.broadcast((feed) => feed.end())],
  [
    'the body is cut inside an event',
    (it) =>
      it.model.broadcast((feed) => {
        feed.write('{"type":"MODIFIED","object":{"meta')
        feed.end()
      }),
  ],
  ['a line is garbage', (it) => it.model.broadcast((feed) => feed.write('<html>502 Bad Gateway</html>\n'))],
  ['a line is JSON but no event', (it) => it.model.broadcast((feed) => feed.write('[1,2,3]\n'))],
  [
    'an event has an object without metadata',
    (it) => it.model.broadcast((feed) => feed.write(eventLine('MODIFIED', { kind: 'ConfigMap' }))),
  ],
  [
    'the server reports an internal error',
    (it) =>
      it.model.broadcast((feed) =>
        feed.write(eventLine('ERROR', failure(500, 'InternalError', 'etcd').body)),
      ),
  ],
  [
    'the server reports that the version is too old',
    (it) =>
      it.model.broadcast((feed) => feed.write(eventLine('ERROR', failure(410, 'Expired', 'too old').body))),
  ],
]

for (const [name, breakIt] of broken) {
  t.test(`${name} in a watch: nothing is lost, and it is whole again within seconds`, async (t) => {
    for (const compacted of [false, true]) {
      const it = await settled()
      breakIt(it)
      stir(it)
      if (compacted) it.model.compact()
      const since = it.clock.monotonic()
      await it.clock.until('the copy is true', () => it.inSync, STALENESS)
      t.ok(it.clock.monotonic() - since < 5 * SECOND)
      t.ok(bounded(it))
      await it.stop()
    }
  })
}

t.test('a half-open connection is found by its silence: 70 s without an event or a bookmark', async (t) => {
  const it = await settled()
  it.model.bookmark()
  await it.clock.advance(0)
  it.model.disconnect()
  stir(it)
  await it.clock.advance(69 * SECOND)
  t.notOk(it.inSync)
  await it.clock.until('the copy is true', () => it.inSync, STALENESS - 69 * SECOND)
  t.match(it.troubles, [{ reason: 'Timeout' }])
  await it.stop()
})

t.test('bytes that never become an event are silence too', async (t) => {
  const it = await settled()
  it.model.bookmark()
  await it.clock.advance(0)
  let drips = 0
  it.model.disconnect((feed) => {
    const drip = () => {
      feed.write('{')
      drips += 1
      if (feed.open) it.clock.after(5 * SECOND, drip)
    }
    drip()
  })
  stir(it)
  await it.clock.until('the copy is true', () => it.inSync, STALENESS)
  t.ok(drips > 10)
  await it.stop()
})

t.test('a watch that is never answered is given up after 30 s', async (t) => {
  const it = await settled()
  let silent = 0
  it.session.fault = (sent) => (isWatch(sent) && silent++ === 0 ? { kind: 'silent' } : undefined)
  it.model.broadcast((feed) => feed.fail(new Error('reset')))
  stir(it)
  await it.clock.until('the copy is true', () => it.inSync, 35 * SECOND)
  t.match(it.troubles, [{ message: /reset/ }, { reason: 'Timeout' }])
  await it.stop()
})

const refusals: readonly Fault[] = [
  { kind: 'reset' },
  status(500, 'InternalError'),
  status(503, 'ServiceUnavailable'),
  status(429, 'TooManyRequests'),
  status(504, 'Timeout'),
  status(401, 'Unauthorized'),
  status(403, 'Forbidden'),
  status(404, 'NotFound'),
]

for (const refusal of refusals) {
  const name = refusal.kind === 'status' ? `answers ${refusal.status}` : 'resets every connection'
  t.test(
    `an API server that ${name} for an hour is asked about twice a minute, and then found again`,
    async (t) => {
      const it = await settled()
      it.session.fault = () => refusal
      it.model.broadcast((feed) => feed.fail(new Error('reset')))
      stir(it)
      const asked = it.session.sent.length
      await it.clock.advance(60 * MINUTE)
      const tries = it.session.sent.length - asked
      t.ok(tries >= 120 && tries <= 240, `${tries} tries in an hour`)
      t.equal(it.troubles.length, tries + 1, 'each is reported')
      it.session.fault = () => undefined
      await it.clock.until('the copy is true', () => it.inSync, STALENESS)
      t.ok(bounded(it))
      await it.stop()
    },
  )
}

for (const code of [429, 503]) {
  t.test(`Retry-After of a ${code} is kept, for lists and watches, up to a minute`, async (t) => {
    for (const [header, waitMs] of [
      ['17', 17 * SECOND],
      ['86400', MINUTE],
    ] as const) {
      const it = new Reflection()
      it.session.fault = () => status(code, 'TooManyRequests', header)
      await it.start()
      await it.clock.advance(waitMs - 1)
      t.equal(it.session.sent.length, 1)
      it.session.fault = (sent) => (isWatch(sent) ? status(code, 'TooManyRequests', header) : undefined)
      await it.clock.advance(1)
      t.same(it.asked, ['list', 'list', 'watch 1000'])
      await it.clock.advance(waitMs - 1)
      t.equal(it.session.sent.length, 3)
      await it.clock.advance(1)
      t.same(it.asked.slice(3), ['watch 1000'], 'and no new list')
      await it.stop()
    }
  })
}

t.test('410 in the middle of a list: listed anew, and what is gone by then is told as deleted', async (t) => {
  const it = new Reflection()
  for (let index = 0; index < 1_200; index += 1) it.put(`object-${index}`, 'x')
  let pages = 0
  it.session.fault = () => {
    pages += 1
    if (pages === 2) {
      it.remove('object-3')
      it.model.compact()
    }
    return undefined
  }
  await it.start()
  t.equal(it.reflector.store.size, 500)
  await it.clock.until('listed anew', () => it.inSync, 5 * SECOND)
  t.match(it.troubles, [{ status: 410 }])
  t.equal(it.changes.filter(({ after }) => after === undefined).length, 1)
  await it.stop()
})

t.test('410 at every watch: no tight loop of lists', async (t) => {
  const it = await settled()
  it.session.fault = (sent) => (isWatch(sent) ? status(410, 'Expired') : undefined)
  it.model.broadcast((feed) => feed.fail(new Error('reset')))
  const asked = it.session.sent.length
  await it.clock.advance(60 * MINUTE)
  t.ok(it.session.sent.length - asked < 500, `${it.session.sent.length - asked} requests in an hour`)
  it.session.fault = () => undefined
  stir(it)
  await it.clock.until('the copy is true', () => it.inSync, STALENESS)
  await it.stop()
})

t.test('garbage at the same place again and again: listed anew instead of reading it for ever', async (t) => {
  const it = await settled()
  it.session.fault = (sent) => {
    if (!isWatch(sent) || it.asked.filter((asked) => asked === 'list').length > 1) return undefined
    return {
      kind: 'instead',
      answer: (truth) => {
        if ('feed' in truth) truth.feed.write('garbage\n')
        return truth
      },
    }
  }
  it.model.broadcast((feed) => feed.write('garbage\n'))
  await it.clock.advance(0)
  stir(it)
  await it.clock.until(
    'the copy is true',
    () => it.inSync && it.asked.filter((one) => one === 'list').length === 2,
    STALENESS,
  )
  t.ok(bounded(it))
  await it.stop()
})

t.test('a list from an API server that lags behind is refused until it has caught up', async (t) => {
  const it = await settled()
  stir(it)
  await it.clock.advance(0)
  t.ok(it.inSync)
  let lags = true
  it.session.fault = (sent) => {
    if (isWatch(sent) || !lags) return undefined
    const body = { kind: 'List', metadata: { resourceVersion: '1001' }, items: [] }
    return { kind: 'instead', answer: () => ({ status: 200, body }) }
  }
  it.model.broadcast((feed) => feed.write(eventLine('ERROR', failure(410, 'Expired', 'too old').body)))
  await it.clock.advance(8 * SECOND)
  t.ok(it.inSync, 'nothing was taken back')
  t.ok(it.troubles.some((one) => 'reason' in one && one.reason === 'Stale'))
  lags = false
  it.put('e', 'one')
  await it.clock.until('the copy is true', () => it.inSync, STALENESS)
  await it.stop()
})

t.test(
  'an etcd restored from a backup counts from a lower number, and is believed after a while',
  async (t) => {
    const it = await settled()
    it.model.broadcast((feed) => feed.write(eventLine('ERROR', failure(410, 'Expired', 'too old').body)))
    it.model.rewind(500)
    it.remove('a')
    await it.clock.until('the copy is true', () => it.inSync, STALENESS)
    t.same(Object.keys(it.copy), ['b', 'c'])
    await it.stop()
  },
)

t.test('a storm of all faults at once, for a day: memory and requests stay bounded', async (t) => {
  const it = await settled()
  let turn = 0
  let requests = 0
  it.session.fault = () => refusals[turn++ % (refusals.length + 1)]
  const suffer = async (from: number, to: number) => {
    for (let minutes = from; minutes < to; minutes += 1) {
      if (minutes % 2 === 0) it.put(`object-${minutes % 50}`, String(minutes))
      else it.remove(`object-${(minutes * 7) % 50}`)
      if (minutes % 7 === 0) it.model.compact()
      broken[minutes % broken.length]?.[1](it)
      await it.clock.advance(MINUTE)
    }
    requests += it.session.sent.length
    // What the test itself has noted; of the changes the last of each object is needed to the end.
    it.session.sent.length = 0
    it.troubles.length = 0
    const last = new Map(it.changes.map((change) => [keyText(change.key), change]))
    it.changes.splice(0, it.changes.length, ...last.values())
    return heapUsed()
  }
  const morning = await suffer(0, 8 * 60)
  const grown = (await suffer(8 * 60, 24 * 60)) - morning
  t.ok(grown < 200_000, `${grown} bytes of memory more in 16 hours`)
  t.ok(requests < 24 * 60 * 12, `${requests} requests in a day`)
  t.ok(it.clock.pending < 10, `${it.clock.pending} timers`)
  it.session.fault = () => undefined
  await it.clock.until('the copy is true', () => it.inSync && it.model.openWatches === 1, STALENESS)
  await it.stop()
})
