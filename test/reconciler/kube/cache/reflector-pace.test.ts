import t from 'tap'
import type { Feed } from '../../../support/api-model/feed.ts'
import { Reflection } from '../../../support/api-model/reflection.ts'

const MINUTE = 60_000

t.test(
  'the first tries come after 0.8 s, doubling to 30 s, each shortened by chance to no less than half',
  async (t) => {
    for (const [random, factor] of [
      [0, 0.5],
      [0.5, 0.75],
      [0.999999, 1],
    ] as const) {
      const it = new Reflection({ random: () => random })
      it.session.fault = () => ({ kind: 'reset' })
      await it.start()
      await it.clock.advance(3 * MINUTE)
      const times = it.session.sent.map(({ atMs }) => atMs)
      const waits = times.slice(1).map((at, index) => Math.round(at - (times[index] ?? 0)))
      const full = [800, 1_600, 3_200, 6_400, 12_800, 25_600, 30_000, 30_000]
      t.same(
        waits.slice(0, 8),
        full.map((ms) => Math.round(ms * factor)),
      )
      await it.stop()
    }
  },
)

t.test('a watch that was open for 10 s makes the next wait short again, and none before', async (t) => {
  for (const [openMs, waitMs] of [
    [9_000, 22_500],
    [10_000, 600],
  ] as const) {
    const it = new Reflection()
    it.session.fault = () => ({ kind: 'reset' })
    await it.start()
    await it.clock.advance(5 * MINUTE)
    it.session.fault = () => undefined
    await it.clock.until('the first watch', () => it.model.openWatches === 1, MINUTE)
    await it.clock.advance(openMs - (it.clock.monotonic() - (it.session.sent.at(-1)?.atMs ?? 0)))
    it.model.broadcast((feed) => feed.fail(new Error('reset')))
    const asked = it.session.sent.length
    await it.clock.advance(waitMs - 1)
    t.equal(it.session.sent.length, asked)
    await it.clock.advance(2)
    t.equal(it.session.sent.length, asked + 1)
    await it.stop()
  }
})

for (const [how, cut] of [
  ['closes', (feed: Feed) => feed.end()],
  ['resets', (feed: Feed) => feed.fail(new Error('read ECONNRESET'))],
] as const) {
  t.test(
    `a proxy that ${how} each watch that is idle for 50 s makes no pause of more than 1 s`,
    async (t) => {
      const it = await new Reflection().start()
      for (let watches = 1; watches <= 20; watches += 1) {
        await it.clock.advance(50_000)
        it.model.broadcast(cut)
        const begun = () => it.asked.filter((asked) => asked === 'watch 1000').length
        await it.clock.until('it watches', () => begun() === 1 + watches, 1_000)
      }
      t.ok(it.asked.length <= 23, 'one list in these ten minutes, and no more')
      await it.stop()
    },
  )
}

t.test('a watch that tells something and ends at once is asked for less and less often', async (t) => {
  const it = await new Reflection().start()
  it.session.fault = (sent) => ({
    kind: 'instead',
    answer: (truth) => {
      if ('feed' in truth && sent.query.get('watch') === 'true') {
        it.model.bookmark()
        truth.feed.end()
      }
      return truth
    },
  })
  it.model.broadcast((feed) => feed.end())
  const asked = it.session.sent.length
  await it.clock.advance(60 * MINUTE)
  const tries = it.session.sent.length - asked
  t.ok(tries >= 120 && tries <= 240, `${tries} tries in an hour`)
  await it.stop()
})

t.test('a watch that is never granted is no watch that worked', async (t) => {
  const it = await new Reflection().start()
  it.session.fault = () => ({ kind: 'silent' })
  it.model.broadcast((feed) => feed.end())
  const asked = it.session.sent.length
  await it.clock.advance(60 * MINUTE)
  const tries = it.session.sent.length - asked
  t.ok(tries <= 90, `${tries} tries in an hour, of 30 s each`)
  await it.stop()
})
