import t from 'tap'
import { Controller } from '../../reconciler/controller.ts'
import { Recorder } from '../../reconciler/kube/events/events.ts'
import { kubeApi } from '../../reconciler/kube/objects.ts'
import { objectPath } from '../../reconciler/kube/paths.ts'
import { mcrouters } from '../../reconciler/kube/resources.ts'
import type { Outcome } from '../../reconciler/outcome.ts'
import { ApiModel } from '../support/api-model/index.ts'
import { ModelSession } from '../support/api-model/session.ts'
import { at } from '../support/at.ts'
import { TestClock } from '../support/clock.ts'
import { CONTROLLER } from './controller-options.ts'

// Whoever may make objects in a namespace may give them the labels of a Mcrouter, as many as its quotas allow, and each pass over it
// looks at all of them.

const SECOND = 1_000

/**
 * A controller of a namespace whose Mcrouters have so many pods each that bear their labels.
 * @param crowds pods that run, and that have finished
 */
async function fixture(crowds: Readonly<Record<string, readonly [number, number]>>) {
  const clock = new TestClock()
  const model = new ApiModel()
  const session = new ModelSession(model, clock)
  const request = session.request.bind(session)
  // The model has no subresources.
  session.request = async (one) => {
    const [path = '', rest] = one.path.split(/\/status(?=\?|$)/)
    if (rest === undefined) return await request(one)
    model.put(path, { ...model.at(path), ...one.body, metadata: { namespace: 'shop' } })
    return model.at(path) ?? {}
  }
  const api = kubeApi(session)
  const passes: string[] = []
  const outcomes: Outcome[] = []
  const reporter = { controller: 'mcrouter.example.com/operator', instance: 'operator-0' }
  const onTrouble = (error: Error) => {
    throw error
  }
  const recorder = new Recorder({ api, reporter, clock, random: Math.random, onTrouble })
  for (const [name, [running, finished]] of Object.entries(crowds)) {
    const path = objectPath(mcrouters, { namespace: 'shop', name })
    // One that is on its way out: a pass over it looks at everything and does nothing.
    const isCrowded = running > 5_000
    const deletionTimestamp = '2026-01-01T00:00:00Z'
    model.put(path, { metadata: { namespace: 'shop', ...(!isCrowded && { deletionTimestamp }) } })
    const labels = { 'app.kubernetes.io/instance': name }
    for (let index = 0; index < running + finished; index += 1) {
      const phase = index < running ? 'Running' : index % 2 === 0 ? 'Failed' : 'Succeeded'
      const pod = { metadata: { namespace: 'shop', labels }, status: { phase } }
      model.put(`/api/v1/namespaces/shop/pods/${name}-${index}`, pod)
    }
  }
  const controller = new Controller({
    ...CONTROLLER,
    session,
    api,
    clock,
    recorder,
    observer: {
      ended: (key, outcome) => {
        passes.push(`${key} ${outcome.kind}`)
        outcomes.push(outcome)
      },
    },
  })
  const [watching, stopping] = [new AbortController(), new AbortController()]
  const watches = controller.watch(watching.signal)
  await controller.synced()
  const led = controller.lead(stopping.signal, new AbortController().signal)
  const stop = async () => {
    stopping.abort()
    await led
    watching.abort()
    await watches
  }
  const ended = (key: string, kind: string) => passes.filter((pass) => pass === `${key} ${kind}`).length
  return { clock, model, controller, recorder, outcomes, ended, stop }
}

t.test('the objects of a namespace are not looked at more often than the others can bear', async (t) => {
  const { clock, controller, ended, stop } = await fixture({ one: [2_500, 0], other: [2_500, 0] })
  for (let tenths = 0; tenths < 20; tenths += 1) {
    for (const key of ['shop/one', 'shop/other']) controller.queue.add(key)
    await clock.advance(SECOND / 10)
  }
  const looks = 2_500 * (ended('shop/one', 'done') + ended('shop/other', 'done'))
  t.ok(looks >= 10_000 && looks <= 35_000, `${looks} looks in 2 s`)
  await stop()
})

const CROWDED = objectPath(mcrouters, { namespace: 'shop', name: 'crowded' })

t.test('waiting for the namespace is no success of a Mcrouter that fails', async (t) => {
  const { clock, controller, outcomes, stop } = await fixture({ one: [5_000, 0], other: [5_000, 0] })
  for (let tenths = 0; tenths < 20; tenths += 1) {
    for (const key of ['shop/one', 'shop/other']) controller.queue.add(key)
    await clock.advance(SECOND / 10)
  }
  const waits = outcomes.filter((outcome) => outcome.kind === 'requeue')
  t.ok(waits.length > 0)
  t.ok(waits.every((outcome) => outcome.untried))
  await stop()
})

t.test('a Mcrouter with more objects than it can have is not looked at, and says so', async (t) => {
  const { clock, model, recorder, ended, stop } = await fixture({ crowded: [5_001, 0], full: [5_000, 0] })
  await clock.advance(SECOND)
  t.equal(ended('shop/full', 'done'), 1)
  t.equal(ended('shop/crowded', 'done'), 0)
  t.ok(ended('shop/crowded', 'retry') > 0)
  const message =
    /More objects than can be its have the labels of Mcrouter shop\/crowded.* kubectl -n shop get pods,\S*statefulsets\S* -l \S+=mcrouter-operator lists them/
  const conditions = at(model.at(CROWDED), 'status', 'conditions')
  t.match(conditions, [
    { type: 'Degraded', status: 'True', reason: 'TooManyObjects', message },
    { type: 'Ready', status: 'False', reason: 'TooManyObjects', message },
    { type: 'Reconciling', status: 'False' },
    { type: 'Stalled', status: 'True', reason: 'TooManyObjects' },
  ])
  await recorder.flush()
  const events = model.paths().filter((path) => path.includes('/events/'))
  t.equal(events.length, 1)
  t.match(model.at(String(events[0])), {
    reason: 'TooManyObjects',
    regarding: { name: 'crowded' },
    note: message,
  })
  model.remove(CROWDED)
  await clock.advance(SECOND)
  t.ok(ended('shop/crowded', 'done') > 0, 'and forgotten once it is gone')
  await stop()
})

t.test('pods that have finished do not count, however many there are', async (t) => {
  const { clock, ended, stop } = await fixture({ full: [5_000, 3_000] })
  await clock.advance(SECOND)
  t.equal(ended('shop/full', 'done'), 1)
  await stop()
})

t.test('nor is one with more objects called as those of pools than it can have', async (t) => {
  const { clock, model, stop } = await fixture({ crowded: [0, 0] })
  const controller = {
    apiVersion: 'mcrouter.example.com/v1alpha3',
    kind: 'Mcrouter',
    name: 'crowded',
    controller: true,
  }
  model.put(CROWDED, { metadata: { namespace: 'shop' } })
  const { uid = '' } = Object(at(model.at(CROWDED), 'metadata'))
  for (let index = 0; index < 65; index += 1) {
    const metadata = { namespace: 'shop', ownerReferences: [{ ...controller, uid }] }
    model.put(`/apis/apps/v1/namespaces/shop/statefulsets/crowded-memcached-p${index}`, { metadata })
  }
  await clock.advance(SECOND)
  t.match(at(model.at(CROWDED), 'status', 'conditions'), [{ type: 'Degraded', reason: 'TooManyObjects' }])
  await stop()
})
