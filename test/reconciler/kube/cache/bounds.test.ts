import { randomBytes } from 'node:crypto'
import t from 'tap'
import type { KubeObject } from '../../../../reconciler/kube/api.ts'
import { readList } from '../../../../reconciler/kube/cache/list-body.ts'
import { isOutline } from '../../../../reconciler/kube/cache/outline.ts'
import { Store } from '../../../../reconciler/kube/cache/store.ts'
import { kubeApi } from '../../../../reconciler/kube/objects.ts'
import { configMaps, mcrouters } from '../../../../reconciler/kube/resources.ts'
import { transformMcrouter } from '../../../../reconciler/observe/mcrouter.ts'
import { ApiModel } from '../../../support/api-model/index.ts'
import { ModelSession } from '../../../support/api-model/session.ts'
import { TestClock } from '../../../support/clock.ts'
import { heapUsed } from '../../../support/heap.ts'

const MIB = 2 ** 20

function configMap(namespace: string, name: string, bytes: number): KubeObject {
  const controller = { apiVersion: 'x/v1', kind: 'Mcrouter', name: 'cache', uid: 'u', controller: true }
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { namespace, name, uid: `u-${name}`, resourceVersion: '7', ownerReferences: [controller] },
    data: { noise: randomBytes(bytes / 2).toString('hex') },
  }
}

/** How many of the objects of a namespace the store has whole. */
function wholeIn(store: Store, namespace: string): number {
  return [...store.keys()]
    .filter((key) => key.namespace === namespace)
    .filter((key) => !isOutline(store.get(key) ?? configMap('', '', 0))).length
}

t.test('a namespace takes a bounded part of the memory, and nothing from the others', (t) => {
  const store = new Store(configMaps, () => 'tenant/cache')
  const before = heapUsed()
  for (let index = 0; index < 300; index += 1) store.put(configMap('tenant', `c-${index}`, 200_000))
  const took = heapUsed() - before
  t.ok(took < 4 * MIB, `${took} bytes for 60 MB`)
  const whole = wholeIn(store, 'tenant')
  t.ok(whole > 5 && whole < 15, `${whole} are whole`)
  store.put(configMap('victim', 'c', 200_000))
  t.equal(wholeIn(store, 'victim'), 1)
  t.equal(store.group('tenant/cache').length, 301, 'they are all known, with their group')
  for (let index = 0; index < 300; index += 1) store.remove({ namespace: 'tenant', name: `c-${index}` })
  store.put(configMap('tenant', 'later', 200_000))
  t.equal(wholeIn(store, 'tenant'), 1, 'what is gone takes nothing')
  t.end()
})

t.test('of a thousand Mcrouters with annotations as large as they may be, nothing is kept of those', (t) => {
  const store = new Store(mcrouters)
  const before = heapUsed()
  for (let index = 0; index < 1_000; index += 1) {
    const { apiVersion, kind } = mcrouters
    const annotations = { note: randomBytes(125 * 1024).toString('hex') }
    const metadata = { namespace: 'tenant', name: `m-${index}`, uid: `u-${index}`, resourceVersion: '7' }
    const spec = { memcached_pool_size: 3, mcrouter_replicas: 2 }
    store.put(transformMcrouter({ apiVersion, kind, metadata: { ...metadata, annotations }, spec }))
  }
  const each = (heapUsed() - before) / 1_000
  t.ok(each < 2_048, `${each.toFixed(0)} bytes each`)
  t.equal(wholeIn(store, 'tenant'), 1_000)
  t.end()
})

t.test('an object that is not packed at once has its share when it is', (t) => {
  const store = new Store(configMaps)
  for (let index = 0; index < 3_000; index += 1) store.put(configMap('tenant', `c-${index}`, 6_000))
  const whole = wholeIn(store, 'tenant')
  t.ok(whole < 1_000, `${whole} of 3,000 are whole`)
  t.end()
})

t.test('of one that is large beyond measure there is an outline, at once', (t) => {
  const store = new Store(configMaps)
  const { data: _, ...rest } = configMap('tenant', 'huge', 2 * MIB)
  const before = process.cpuUsage().user
  store.put(configMap('tenant', 'huge', 2 * MIB))
  t.ok(process.cpuUsage().user - before < 100_000, 'it is not packed for nothing')
  t.same(store.get({ namespace: 'tenant', name: 'huge' }), { ...rest, outline: true })
  t.equal(store.resourceVersion({ namespace: 'tenant', name: 'huge' }), '7')
  t.end()
})

t.test('a list whose items or rest never end is given up', async (t) => {
  async function* endless(head: string) {
    yield Buffer.from(head)
    for (let mib = 0; mib < 100; mib += 1) yield Buffer.alloc(MIB, 'x')
  }
  for (const head of ['{"items":[{"a":"', '{"metadata":"'])
    await t.rejects(
      readList(endless(head), () => undefined),
      { message: /longer than/ },
    )
})

t.test('of what is listed for a pass no more is in memory than is kept, and not without end', async (t) => {
  const clock = new TestClock()
  const model = new ApiModel()
  for (let index = 0; index < 5_001; index += 1)
    model.put(`/api/v1/namespaces/tenant/configmaps/c-${index}`, { metadata: { namespace: 'tenant' } })
  const api = kubeApi(new ModelSession(model, clock))
  const listed = (kept: number) =>
    api.list(configMaps, {
      namespace: 'tenant',
      keep: (object) => (Number(object.metadata.name.slice(2)) < kept ? object : undefined),
    })
  t.equal((await listed(10)).length, 10)
  t.equal((await listed(5_000)).length, 5_000)
  await t.rejects(listed(5_001), { reason: 'TooMany', message: /more than 5000/ })
})
