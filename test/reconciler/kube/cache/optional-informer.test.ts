import t from 'tap'
import type { ObjectChange } from '../../../../reconciler/kube/cache/object-change.ts'
import { OptionalInformer } from '../../../../reconciler/kube/cache/optional-informer.ts'
import { ApiModel } from '../../../support/api-model/index.ts'
import { type Fault, ModelSession, type Sent } from '../../../support/api-model/session.ts'
import { TestClock } from '../../../support/clock.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const GAUGES = { apiVersion: 'example.com/v1', kind: 'Gauge', plural: 'gauges' }
const FORBIDDEN: Fault = { kind: 'status', status: 403, reason: 'Forbidden' }

function fixture({ namespaces, served = false }: { namespaces?: readonly string[]; served?: boolean } = {}) {
  const clock = new TestClock()
  const model = new ApiModel()
  const session = new ModelSession(model, clock)
  const changes: ObjectChange[] = []
  const told: boolean[] = []
  const troubles: Error[] = []
  const informer = new OptionalInformer({
    session,
    selection: { resource: GAUGES },
    namespaces,
    grouping: (object) => object.metadata.name,
    onChange: (change) => changes.push(change),
    onTrouble: (error) => troubles.push(error),
    onServed: (isServed) => told.push(isServed),
    clock,
    random: () => 0.5,
  })
  if (!served) model.withdraw('gauges')
  const stop = new AbortController()
  const ended = informer.run(stop.signal)
  let synced = false
  informer.synced.then(() => {
    synced = true
  })
  const put = (namespace: string, name: string) =>
    model.put(`/apis/example.com/v1/namespaces/${namespace}/gauges/${name}`, { metadata: { namespace } })
  const end = async () => {
    stop.abort()
    await ended
  }
  return { clock, model, session, informer, changes, told, troubles, put, end, synced: () => synced }
}

/** Of requests, how many were the most within a minute. */
function mostAMinute(sent: readonly Sent[]): number {
  const within = sent.map(({ atMs }) =>
    sent.filter((other) => other.atMs >= atMs && other.atMs < atMs + MINUTE),
  )
  return Math.max(0, ...within.map(({ length }) => length))
}

t.test('what is not served is empty, keeps nobody waiting and is asked for once a minute', async (t) => {
  for (const namespaces of [undefined, ['red', 'blue', 'green']]) {
    const { clock, session, informer, told, troubles, end, synced } = fixture({
      ...(namespaces && { namespaces }),
    })
    await clock.advance(0)
    t.equal(synced(), true)
    t.equal(informer.knows('red'), true, 'all that there is')
    t.equal(informer.isServed('red'), false)
    await clock.advance(HOUR)
    t.equal(session.sent.length, 61)
    t.equal(mostAMinute(session.sent), 1)
    t.same([...informer.keys()], [])
    t.equal(informer.silentMs, 0)
    t.strictSame(told, [false], 'said once')
    t.strictSame(troubles, [])
    await end()
  }
})

t.test('it is there within a minute of its CRD, and gone with it', async (t) => {
  const { clock, model, session, informer, changes, told, troubles, put, end } = fixture({
    namespaces: ['red'],
  })
  await clock.advance(10 * MINUTE)
  for (let round = 0; round < 3; round += 1) {
    model.serve('gauges')
    put('red', 'a')
    await clock.advance(MINUTE)
    t.equal(informer.isServed('red'), true)
    t.equal(informer.size, 1)
    t.equal(informer.groupSize('a'), 1)
    put('red', 'b')
    await clock.advance(0)
    t.same(
      informer.group('b').map(({ metadata }) => metadata.name),
      ['b'],
    )
    model.withdraw('gauges')
    await clock.advance(MINUTE)
    t.equal(informer.isServed('red'), false)
    t.equal(informer.knows('red'), true)
    t.equal(informer.size, 0)
    const before = session.sent.length
    await clock.advance(HOUR)
    t.equal(session.sent.length - before, 60)
  }
  t.strictSame(told, [false, true, false, true, false, true, false])
  t.strictSame(troubles, [])
  const left = new Set<string>()
  for (const { key, after } of changes) after ? left.add(key.name) : left.delete(key.name)
  t.same([...left], [], 'who is told of changes knows that all are gone')
  t.equal(changes.filter(({ after, groups }) => after === undefined && groups.length !== 1).length, 0)
  await end()
})

t.test('objects that went unseen with the CRD are told to be gone', async (t) => {
  const { clock, model, changes, put, end } = fixture({ served: true, namespaces: ['red'] })
  put('red', 'a')
  await clock.advance(MINUTE)
  model.disconnect()
  model.withdraw('gauges')
  await clock.advance(3 * MINUTE)
  t.match(changes, [{ key: { name: 'a' } }, { key: { name: 'a' }, after: undefined, groups: ['a'] }])
  await end()
})

t.test('what is served from the start is as any other', async (t) => {
  const { clock, informer, told, put, end, synced } = fixture({ served: true, namespaces: ['red'] })
  put('red', 'a')
  await clock.advance(0)
  t.equal(synced(), true)
  t.strictSame([informer.isServed('red'), informer.knows('red'), informer.size], [true, true, 1])
  t.strictSame(told, [true])
  await end()
})

t.test('an API server that fails says nothing of the CRD: what may be there is waited for', async (t) => {
  const { clock, session, informer, told, end, synced } = fixture({ served: true })
  session.fault = () => ({ kind: 'status', status: 503, reason: 'ServiceUnavailable' })
  await clock.advance(5 * MINUTE)
  t.strictSame([synced(), informer.knows('red'), informer.isServed('red')], [false, false, false])
  session.fault = () => undefined
  await clock.until('it is served', () => informer.isServed('red'), MINUTE)
  t.strictSame(told, [true])
  await end()
})

t.test('nor is it waited for where it comes back and cannot be listed yet', async (t) => {
  const { clock, model, session, informer, end } = fixture()
  await clock.advance(MINUTE)
  model.serve('gauges')
  session.fault = () => ({ kind: 'status', status: 500, reason: 'InternalError' })
  await clock.advance(5 * MINUTE)
  t.strictSame([informer.knows('red'), informer.isServed('red')], [true, false])
  await end()
})

t.test('a missing right keeps nobody waiting either, and is reported as a fault', async (t) => {
  const { clock, session, informer, troubles, told, end, synced } = fixture({ served: true })
  session.fault = () => FORBIDDEN
  await clock.advance(HOUR)
  t.strictSame([synced(), informer.knows('red'), informer.isServed('red')], [true, true, false])
  t.match(troubles[0], { forbidden: true })
  t.ok(session.sent.length <= 4 * 60, 'at the pace of any list that fails')
  t.strictSame(told, [], 'nothing is known of the CRD')
  session.fault = () => undefined
  await clock.until('it is served', () => informer.isServed('red'), MINUTE)
  await end()
})

t.test('in the one namespace of several that lacks the right, nothing is read or written', async (t) => {
  const { clock, session, informer, end } = fixture({ served: true, namespaces: ['red', 'blue'] })
  session.fault = ({ path }) => (path.includes('/blue/') ? FORBIDDEN : undefined)
  await clock.advance(MINUTE)
  t.strictSame([informer.isServed('red'), informer.isServed('blue')], [true, false])
  t.strictSame([informer.knows('red'), informer.knows('blue')], [true, true])
  await end()
})
