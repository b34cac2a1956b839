import t from 'tap'
import {
  bounded,
  broken,
  isWatch,
  MINUTE,
  SECOND,
  STALENESS,
  settled,
  status,
  stir,
} from '../support/api-model/faults.ts'

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
