import t from 'tap'
import { keyText } from '../../../../reconciler/kube/object.ts'
import { configMaps } from '../../../../reconciler/kube/resources.ts'
import { eventLine } from '../../../support/api-model/index.ts'
import { COLLECTION, Reflection } from '../../../support/api-model/reflection.ts'

const MINUTE = 60_000

t.test('it lists in pages of 500, tells every object and then is synced', async (t) => {
  const it = new Reflection()
  for (let index = 0; index < 1_203; index += 1) it.put(`object-${index}`, 'x')
  let synced = false
  it.reflector.synced.then(() => {
    synced = true
  })
  it.session.fault = ({ query }) =>
    query.get('continue')?.endsWith(':1001') ? { kind: 'silent' } : undefined
  await it.start()
  t.equal(it.reflector.store.size, 1_001, 'pages are taken as they come')
  t.equal(synced, false, 'three of four pages are not all')
  it.session.fault = () => undefined
  await it.clock.until('the list is read anew', () => synced, MINUTE)
  t.equal(it.changes.length, 1_203, 'and nothing is told twice')
  t.ok(it.changes.every(({ after }) => after !== undefined))
  t.ok(it.inSync)
  t.equal(it.session.sent[0]?.query.get('limit'), '1', 'the first for the version')
  t.equal(it.session.sent[1]?.query.get('limit'), '500')
  await it.stop()
})

t.test('what is created, changed and deleted is told as it is now', async (t) => {
  const it = await new Reflection().start()
  it.put('a', 'one')
  it.put('a', 'two')
  it.remove('a')
  await it.clock.advance(0)
  const told = it.changes.map(({ key, after }) => [keyText(key), after?.data])
  t.same(told, [
    ['shop/a', { value: 'one' }],
    ['shop/a', { value: 'two' }],
    ['shop/a', undefined],
  ])
  t.equal(it.reflector.store.size, 0)
  await it.stop()
})

t.test('the watch asks for bookmarks, for 5 to 10 minutes, and for no more than its selection', async (t) => {
  for (const [random, seconds] of [
    [0, '300'],
    [0.999, '599'],
  ] as const) {
    const selection = {
      resource: configMaps,
      namespace: 'shop',
      labelSelector: 'a=b',
      fieldSelector: 'metadata.name=c',
    }
    const it = await new Reflection({ random: () => random, selection }).start()
    const [list, watch] = it.session.sent
    t.equal(list?.path, COLLECTION)
    t.equal(list?.query.get('labelSelector'), 'a=b')
    t.equal(list?.query.get('fieldSelector'), 'metadata.name=c')
    t.same(Object.fromEntries(watch?.query ?? []), {
      watch: 'true',
      allowWatchBookmarks: 'true',
      resourceVersion: '1000',
      timeoutSeconds: seconds,
      labelSelector: 'a=b',
      fieldSelector: 'metadata.name=c',
    })
    await it.stop()
  }
})

t.test('a watch that ends as planned goes on at once from the last bookmark, without a list', async (t) => {
  const it = await new Reflection().start()
  for (let minutes = 0; minutes < 5; minutes += 1) {
    it.model.put('/api/v1/namespaces/other/configmaps/x', {})
    it.model.bookmark()
    await it.clock.advance(MINUTE)
  }
  it.model.broadcast((feed) => feed.end())
  await it.clock.advance(0)
  t.same(it.asked, ['list', 'watch 1000', 'watch 1005'])
  t.same(it.troubles, [])
  t.equal(it.reflector.reconnects, 1)
  await it.stop()
})

t.test('idle, it asks for nothing as long as bookmarks come', async (t) => {
  const it = await new Reflection().start()
  for (let minutes = 0; minutes < 9; minutes += 1) {
    await it.clock.advance(MINUTE)
    t.equal(it.reflector.silentMs, MINUTE)
    it.model.bookmark()
    await it.clock.advance(0)
    t.equal(it.reflector.silentMs, 0)
  }
  t.same(it.asked, ['list', 'watch 1000'])
  await it.stop()
})

t.test('a server that refuses is heard, and one that is not reached is not', async (t) => {
  const it = new Reflection()
  it.session.fault = () => ({ kind: 'status', status: 403, reason: 'Forbidden' })
  await it.start()
  await it.clock.advance(10 * MINUTE)
  t.ok(it.reflector.silentMs <= 30_000, `${it.reflector.silentMs} ms`)
  it.session.fault = () => ({ kind: 'reset' })
  await it.clock.advance(10 * MINUTE)
  t.ok(it.reflector.silentMs >= 9 * MINUTE, `${it.reflector.silentMs} ms`)
  await it.stop()
})

t.test('an object that did not change is not told again after a list', async (t) => {
  const it = new Reflection()
  it.put('a', 'one')
  it.put('b', 'one')
  await it.start()
  it.model.broadcast((feed) => feed.fail(new Error('reset')))
  it.put('b', 'two')
  it.model.compact()
  await it.clock.until('listed again', () => it.inSync, MINUTE)
  t.equal(it.changes.length, 3)
  t.equal(it.reflector.relistRepairs, 1)
  await it.stop()
})

t.test('an object deleted and made anew unseen is told as one change, with another uid', async (t) => {
  const it = new Reflection()
  it.put('a', 'one')
  await it.start()
  it.session.fault = () => ({ kind: 'reset' })
  it.model.broadcast((feed) => feed.fail(new Error('reset')))
  it.remove('a')
  it.put('a', 'two')
  it.model.compact()
  it.session.fault = () => undefined
  await it.clock.until('listed again', () => it.inSync, MINUTE)
  t.same(
    it.changes.map(({ after }) => after?.metadata.uid),
    ['uid-1', 'uid-2'],
  )
  await it.stop()
})

t.test('the store keeps what `trim` leaves, and finds objects by group', async (t) => {
  const it = new Reflection({
    transform: ({ apiVersion, kind, metadata: { name, namespace, uid, resourceVersion }, data }) => ({
      apiVersion,
      kind,
      metadata: { name, uid, resourceVersion, ...(namespace !== undefined && { namespace }) },
      data,
    }),
    grouping: (object) => object.metadata.name[0],
  })
  it.model.put(`${COLLECTION}/a1`, {
    metadata: { namespace: 'shop', managedFields: [{}] },
    data: { value: '1' },
    big: 'x',
  })
  it.put('a2', '2')
  it.put('b1', '3')
  await it.start()
  t.same(it.reflector.store.get({ namespace: 'shop', name: 'a1' }), {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'a1', namespace: 'shop', uid: 'uid-1', resourceVersion: '1001' },
    data: { value: '1' },
  })
  t.same(
    it.reflector.store.group('a').map((one) => one.metadata.name),
    ['a1', 'a2'],
  )
  await it.stop()
})

t.test('a change says which groups it concerns: of before and of now', async (t) => {
  const it = await new Reflection({ grouping: (object) => object.metadata.labels?.owner }).start()
  const put = (owner: string) =>
    it.model.put(`${COLLECTION}/a`, { metadata: { namespace: 'shop', labels: { owner } } })
  put('x')
  put('x')
  put('y')
  it.remove('a')
  await it.clock.advance(0)
  t.same(
    it.changes.map(({ groups }) => groups),
    [['x'], ['x'], ['x', 'y'], ['y']],
  )
  await it.stop()
})

t.test('a listener that throws is reported, and the next change is told all the same', async (t) => {
  const told: string[] = []
  const it = new Reflection({
    onChange: ({ key }) => {
      told.push(key.name)
      if (key.name === 'a') throw new Error('bug in the listener')
    },
  })
  it.put('a', 'one')
  it.put('b', 'one')
  await it.start()
  it.put('a', 'two')
  it.put('c', 'one')
  await it.clock.advance(0)
  t.same(told, ['a', 'b', 'a', 'c'])
  t.match(it.troubles, [{ message: 'bug in the listener' }, { message: 'bug in the listener' }])
  t.same(it.asked, ['list', 'list', 'watch 1002'])
  await it.stop()
})

t.test('it ends when it is told to, whatever it is doing, and leaves no timer', async (t) => {
  const watching = await new Reflection().start()
  await watching.stop()
  t.equal(watching.clock.pending, 0)

  const listing = new Reflection()
  listing.session.fault = () => ({ kind: 'silent' })
  await listing.start()
  await listing.stop()
  t.equal(listing.clock.pending, 0)

  const waiting = new Reflection()
  waiting.session.fault = () => ({ kind: 'reset' })
  await waiting.start()
  await waiting.stop()
  t.equal(waiting.clock.pending, 0)
  t.same(
    waiting.troubles.map((one) => one.message),
    ['read ECONNRESET'],
    'the end itself is no trouble',
  )
})

t.test('an event of an unknown type is refused rather than guessed', async (t) => {
  const it = await new Reflection().start()
  it.model.broadcast((feed) => feed.write(eventLine('RENAMED', { metadata: {} })))
  await it.clock.advance(0)
  t.match(it.troubles, [{ reason: 'Malformed' }])
  await it.stop()
})
