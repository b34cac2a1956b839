import t from 'tap'
import { MINUTE, SECOND, STALENESS, settled, stir } from '../support/api-model/faults.ts'
import { eventLine, failure } from '../support/api-model/index.ts'
import type { Sent } from '../support/api-model/session.ts'

t.test('after a restore of etcd a watch of the future is silent: after 70 s all is listed', async (t) => {
  const it = await settled()
  const restore = it.model.backup()
  stir(it)
  await it.clock.advance(0)
  for (let writes = 0; writes < 50; writes += 1) it.put('busy', `${writes}`)
  await it.clock.advance(0)
  const told = it.changes.length
  restore()
  it.put('after', 'one')
  await it.clock.advance(60 * SECOND)
  it.model.bookmark()
  t.notOk(it.inSync, 'no watch can tell')
  await it.clock.until('the copy is true', () => it.inSync, STALENESS - 60 * SECOND)
  const again = it.changes.slice(told).map(({ key }) => key.name)
  t.same(again.toSorted(), ['a', 'after', 'b', 'busy', 'c', 'd'], 'every key is told, changed or not')
  t.match(it.rewinds, [{ from: '1056', to: '1004' }])
  await it.stop()
})

t.test('the same number for another content is taken for what it is: new', async (t) => {
  const it = await settled()
  const restore = it.model.backup()
  it.put('a', 'before')
  await it.clock.advance(0)
  restore()
  it.put('a', 'after')
  it.model.broadcast((feed) => feed.write(eventLine('ERROR', failure(410, 'Expired', 'too old').body)))
  it.reflector.doubt()
  await it.clock.advance(SECOND)
  t.equal(it.copy.a, 'after')
  t.ok(it.inSync)
  await it.stop()
})

t.test('numbers that caught up before anybody looked: who is told to doubt lists all the same', async (t) => {
  const it = await settled()
  const restore = it.model.backup()
  stir(it)
  await it.clock.advance(0)
  restore()
  for (let writes = 0; writes < 50; writes += 1) it.put('e', `${writes}`)
  await it.clock.advance(MINUTE)
  t.notOk(it.inSync)
  it.reflector.doubt()
  t.notOk(it.reflector.isSynced, 'nothing is to be done with it until then')
  await it.clock.advance(0)
  t.ok(it.inSync)
  t.ok(it.reflector.isSynced)
  t.same(it.rewinds, [], 'who is told of it does not tell it again')
  await it.stop()
})

t.test('where a proxy cuts each watch before a bookmark, a list comes all ten minutes', async (t) => {
  const it = await settled()
  const isList = ({ query }: Sent) => !query.has('watch') && !query.has('continue')
  const lists = () => it.session.sent.filter(isList).length
  for (let watches = 0; watches < 72; watches += 1) {
    await it.clock.advance(50 * SECOND)
    it.model.broadcast((feed) => feed.end())
  }
  t.ok(lists() >= 5 && lists() <= 8, `${lists()} lists in an hour`)
  await it.stop()
})

t.test(
  'a list of the past is believed at last where no watch was silent, as when 410 is the answer',
  async (t) => {
    const it = await settled()
    const restore = it.model.backup()
    it.remove('a')
    await it.clock.advance(0)
    it.model.broadcast((feed) => feed.write(eventLine('ERROR', failure(410, 'Expired', 'too old').body)))
    restore()
    await it.clock.until('the copy is true', () => it.inSync, STALENESS)
    t.match(it.rewinds, [{ to: '1003' }])
    await it.stop()
  },
)
