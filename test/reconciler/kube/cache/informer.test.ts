import t from 'tap'
import { Informer } from '../../../../reconciler/kube/cache/informer.ts'
import type { ObjectChange } from '../../../../reconciler/kube/cache/object-change.ts'
import { ApiError } from '../../../../reconciler/kube/connection/errors.ts'
import { configMaps } from '../../../../reconciler/kube/resources.ts'
import { ApiModel } from '../../../support/api-model/index.ts'
import { ModelSession } from '../../../support/api-model/session.ts'
import { TestClock } from '../../../support/clock.ts'

const FORBIDDEN = { kind: 'status', status: 403, reason: 'Forbidden' } as const

function fixture(namespaces?: readonly string[]) {
  const clock = new TestClock()
  const model = new ApiModel()
  const session = new ModelSession(model, clock)
  const changes: ObjectChange[] = []
  const informer = new Informer({
    session,
    selection: { resource: configMaps },
    namespaces,
    grouping: (object) => object.metadata.name,
    onChange: (change) => changes.push(change),
    onTrouble: (error) => {
      if (!(error instanceof ApiError && error.forbidden)) throw error
    },
    clock,
    random: () => 0.5,
  })
  const stop = new AbortController()
  const put = (namespace: string, name: string) =>
    model.put(`/api/v1/namespaces/${namespace}/configmaps/${name}`, { metadata: { namespace } })
  return { clock, model, session, informer, changes, put, stop }
}

t.test('several namespaces are one: a list and a watch each, and nothing of the others', async (t) => {
  const { clock, session, informer, changes, put, stop } = fixture(['red', 'blue'])
  put('red', 'a')
  put('blue', 'a')
  put('green', 'a')
  const ended = informer.run(stop.signal)
  await informer.synced
  await clock.advance(0)
  t.equal(informer.size, 2)
  t.equal(informer.get({ namespace: 'red', name: 'a' })?.metadata.namespace, 'red')
  t.equal(informer.get({ namespace: 'green', name: 'a' }), undefined)
  t.same(
    informer.group('a').map((one) => one.metadata.namespace),
    ['red', 'blue'],
  )
  t.same(
    [...informer.keys()],
    [
      { namespace: 'red', name: 'a' },
      { namespace: 'blue', name: 'a' },
    ],
  )
  for (const key of informer.keys())
    t.equal(informer.resourceVersion(key), informer.get(key)?.metadata.resourceVersion)
  t.equal(informer.resourceVersion({ namespace: 'green', name: 'a' }), undefined)
  put('blue', 'b')
  put('green', 'b')
  await clock.advance(0)
  t.same(
    changes.map(({ key }) => `${key.namespace}/${key.name}`),
    ['red/a', 'blue/a', 'blue/b'],
  )
  t.equal(session.sent.length, 4)
  stop.abort()
  await ended
})

t.test('it is synced when the last namespace is', async (t) => {
  const { clock, session, informer, stop } = fixture(['red', 'blue'])
  let synced = false
  informer.synced.then(() => {
    synced = true
  })
  session.fault = ({ path }) => (path.includes('blue') ? { kind: 'silent' } : undefined)
  const ended = informer.run(stop.signal)
  await clock.advance(10_000)
  t.equal(synced, false)
  t.equal(informer.silentMs, 10_000, 'the most silent one counts')
  stop.abort()
  await ended
})

t.test(
  'a namespace that is forbidden keeps nobody waiting, and comes in as soon as it is allowed',
  async (t) => {
    const { clock, session, informer, changes, put, stop } = fixture(['red', 'blue'])
    put('red', 'a')
    put('blue', 'a')
    session.fault = ({ path }) => (path.includes('blue') ? FORBIDDEN : undefined)
    const ended = informer.run(stop.signal)
    await informer.synced
    t.same([informer.knows('red'), informer.knows('blue')], [true, false])
    session.fault = () => undefined
    await clock.until('it is known', () => informer.knows('blue'), 60_000)
    t.same(
      changes.map(({ key }) => `${key.namespace}/${key.name}`),
      ['red/a', 'blue/a'],
    )
    stop.abort()
    await ended
  },
)

t.test('where nothing may be listed, it does not pass for empty', async (t) => {
  for (const namespaces of [['red', 'blue'], undefined]) {
    const { clock, session, informer, stop } = fixture(namespaces)
    let synced = false
    informer.synced.then(() => {
      synced = true
    })
    session.fault = () => FORBIDDEN
    const ended = informer.run(stop.signal)
    await clock.advance(60_000)
    t.equal(synced, false)
    session.fault = () => undefined
    await clock.until('it is synced', () => synced, 60_000)
    stop.abort()
    await ended
  }
})

t.test('the whole cluster is one list and one watch', async (t) => {
  const { clock, session, informer, stop } = fixture()
  const ended = informer.run(stop.signal)
  await clock.advance(0)
  t.same(
    session.sent.map(({ path }) => path),
    ['/api/v1/configmaps', '/api/v1/configmaps'],
  )
  stop.abort()
  await ended
})
