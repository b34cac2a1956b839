import t from 'tap'
import { isWatch, SECOND, STALENESS, settled, stir } from '../support/api-model/faults.ts'
import { eventLine, failure } from '../support/api-model/index.ts'
import { Reflection } from '../support/api-model/reflection.ts'

t.test('410 in the middle of a list: listed anew, and what is gone by then is told as deleted', async (t) => {
  const it = new Reflection()
  for (let index = 0; index < 1_200; index += 1) it.put(`object-${index}`, 'x')
  let pages = 0
  it.session.fault = () => {
    pages += 1
    // The first page has one object only.
    if (pages === 3) {
      it.remove('object-3')
      it.model.compact()
    }
    return undefined
  }
  await it.start()
  t.equal(it.reflector.store.size, 501)
  await it.clock.until('listed anew', () => it.inSync, 5 * SECOND)
  t.match(it.troubles, [{ status: 410 }])
  t.equal(it.changes.filter(({ after }) => after === undefined).length, 1)
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
