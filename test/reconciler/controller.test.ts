import t from 'tap'
import { Controller } from '../../reconciler/controller.ts'
import { isOutline } from '../../reconciler/kube/cache/outline.ts'
import { Recorder } from '../../reconciler/kube/events/events.ts'
import { kubeApi } from '../../reconciler/kube/objects.ts'
import { collectionPath } from '../../reconciler/kube/paths.ts'
import { mcrouters } from '../../reconciler/kube/resources.ts'
import type { JsonObject } from '../../schemas/json.ts'
import { ApiModel } from '../support/api-model/index.ts'
import { ModelSession } from '../support/api-model/session.ts'
import { TestClock } from '../support/clock.ts'
import { CONTROLLER } from './controller-options.ts'

const MINUTE = 60_000
const COLLECTION = collectionPath(mcrouters, 'shop')

const LOST = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: '', uid: '', resourceVersion: '' } }
const LEAVING = { namespace: 'shop', deletionTimestamp: '2026-01-01T00:00:00Z' }

/** A controller of one namespace of a model API server, with Mcrouters that are on their way out: a pass leaves them alone. */
function fixture() {
  const clock = new TestClock()
  const model = new ApiModel()
  const session = new ModelSession(model, clock)
  const api = kubeApi(session)
  const passes: string[] = []
  const timedOut: string[] = []
  const worked: number[] = []
  const onTrouble = (error: Error) => {
    throw error
  }
  const reporter = { controller: 'mcrouter.example.com/operator', instance: 'operator-0' }
  const controller = new Controller({
    ...CONTROLLER,
    session,
    api,
    clock,
    recorder: new Recorder({ api, reporter, clock, random: Math.random, onTrouble }),
    observer: {
      ended: (key, outcome) => {
        passes.push(`${key} ${outcome.kind}`)
        if (outcome.kind === 'retry' && outcome.timedOut) timedOut.push(key)
      },
      worked: (seconds) => worked.push(seconds),
    },
  })
  const put = (name: string, object: JsonObject = { metadata: LEAVING }) =>
    model.put(`${COLLECTION}/${name}`, object)
  const remove = (name: string) => model.remove(`${COLLECTION}/${name}`)
  const stopping = new AbortController()
  const watching = new AbortController()
  const watches = controller.watch(watching.signal)
  const lead = () => controller.lead(stopping.signal, new AbortController().signal)
  const stop = async (led: Promise<void>) => {
    stopping.abort()
    await led
    watching.abort()
    await watches
  }
  return { clock, session, model, controller, passes, timedOut, worked, put, remove, lead, stop }
}

t.test('who takes over makes a pass for each Mcrouter that there is, and for none that was', async (t) => {
  const { clock, controller, passes, put, remove, lead, stop } = fixture()
  put('listed')
  put('gone')
  await controller.synced()
  put('told')
  remove('gone')
  await clock.advance(MINUTE)
  t.equal(controller.queue.depth, 0, 'who waits gathers nothing')
  const led = lead()
  put('during')
  await clock.advance(0)
  t.same([...new Set(passes)].toSorted(), ['shop/during done', 'shop/listed done', 'shop/told done'])
  await stop(led)
})

t.test('every Mcrouter is looked at again after 10 minutes', async (t) => {
  const { clock, controller, passes, put, lead, stop } = fixture()
  put('a')
  await controller.synced()
  const led = lead()
  await clock.advance(9 * MINUTE)
  t.same(passes, ['shop/a done'])
  await clock.advance(MINUTE)
  t.same(passes, ['shop/a done', 'shop/a done'])
  await stop(led)
})

t.test(
  'a pass that waits for one slow answer after the other is given up after a minute, and told',
  async (t) => {
    const { clock, session, model, controller, passes, timedOut, worked, put, lead, stop } = fixture()
    put('slow', { metadata: { namespace: 'shop' }, spec: { memcached: { shards: 2 } }, status: {} })
    await controller.synced()
    session.fault = ({ query }) => (query.has('watch') ? undefined : { kind: 'late', ms: 29_000 })
    const led = lead()
    await clock.until('the pass has ended', () => passes.length > 0, 10 * MINUTE)
    t.same(passes, ['shop/slow retry'])
    t.equal(worked[0], 60)
    t.same(timedOut, ['shop/slow'])
    session.fault = () => undefined
    const events = () => model.paths().filter((path) => path.includes('/events/'))
    const told = () => events().find((path) => model.at(path)?.reason === 'ReconcileTimeout')
    await clock.until('the event is written', () => told() !== undefined, MINUTE)
    t.match(model.at(String(told())), {
      type: 'Warning',
      regarding: { kind: 'Mcrouter', namespace: 'shop', name: 'slow' },
      note: /^A pass over this Mcrouter was given up .*not finished within 60 s/,
    })
    await stop(led)
  },
)

t.test(
  'after a restore of etcd there is no pass before all is read anew, and then one for each',
  async (t) => {
    const { clock, controller, model, passes, put, session, lead, stop } = fixture()
    put('a')
    await controller.synced()
    const led = lead()
    await clock.advance(0)
    const restore = model.backup()
    put('b')
    await clock.advance(0)
    restore()
    put('c')
    passes.length = 0
    session.fault = ({ path, query }) =>
      path.endsWith('/services') && query.get('watch') === null ? { kind: 'late', ms: 5_000 } : undefined
    controller.rewind({ from: '1002', to: '1001' })
    await clock.advance(4_000)
    t.same([...new Set(passes)].toSorted(), ['shop/a requeue', 'shop/b requeue', 'shop/c requeue'])
    passes.length = 0
    await clock.advance(5_000)
    t.same([...new Set(passes)].toSorted(), ['shop/a done', 'shop/b done', 'shop/c done'])
    t.equal(model.paths().length, 2)
    await stop(led)
  },
)

t.test('of objects with our labels those are kept that a Mcrouter controls', async (t) => {
  const { clock, model, controller, put, lead, stop } = fixture()
  const configMap = (name: string, mcrouter?: string) => {
    const controller = { apiVersion: 'mcrouter.example.com/v1alpha3', kind: 'Mcrouter', name: mcrouter }
    const ownerReferences = mcrouter === undefined ? [] : [{ ...controller, uid: 'u', controller: true }]
    model.put(`/api/v1/namespaces/shop/configmaps/${name}`, {
      metadata: {
        namespace: 'shop',
        ownerReferences,
        labels: { 'app.kubernetes.io/instance': mcrouter ?? 'known' },
      },
      data: { noise: 'x'.repeat(10_000) },
    })
  }
  put('known')
  configMap('labelled')
  configMap('listed', 'known')
  configMap('early', 'later')
  await controller.synced()
  configMap('labelled-2')
  configMap('told', 'known')
  configMap('early-2', 'later')
  await clock.advance(0)
  const informer = controller.informers.get('configmaps')
  const kept = [...(informer?.keys() ?? [])].map(
    (key) => `${key.name} ${isOutline(informer?.get(key) ?? LOST)}`,
  )
  t.same(kept.toSorted(), ['early true', 'early-2 true', 'listed false', 'told false'])
  t.equal(informer?.group('shop/later').length, 2, 'one that is heard of before its Mcrouter is found by it')
  configMap('listed')
  await clock.advance(0)
  t.equal(informer?.size, 3, 'what loses its controller goes')
  await stop(lead())
})
