import t from 'tap'
import { keyText } from '../../reconciler/kube/object.ts'
import {
  bounded,
  broken,
  isWatch,
  MINUTE,
  refusals,
  SECOND,
  STALENESS,
  settled,
  status,
  stir,
} from '../support/api-model/faults.ts'
import { Reflection } from '../support/api-model/reflection.ts'
import { heapUsed } from '../support/heap.ts'

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
  const afternoon = await suffer(8 * 60, 16 * 60)
  const night = await suffer(16 * 60, 24 * 60)
  // What is lost is lost all day; code that happens to be compiled is compiled once.
  const grown = Math.min(afternoon - morning, night - afternoon)
  t.ok(grown < 100_000, `${grown} bytes of memory more in eight hours, at least`)
  t.ok(requests < 24 * 60 * 12, `${requests} requests in a day`)
  t.ok(it.clock.pending < 10, `${it.clock.pending} timers`)
  it.session.fault = () => undefined
  await it.clock.until('the copy is true', () => it.inSync && it.model.openWatches === 1, STALENESS)
  await it.stop()
})
