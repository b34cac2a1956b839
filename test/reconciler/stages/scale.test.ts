import t from 'tap'
import type { KubeApi } from '../../../reconciler/kube/api.ts'
import type { Observed } from '../../../reconciler/observe/caches.ts'
import { transformMcrouter } from '../../../reconciler/observe/mcrouter.ts'
import { transformPod } from '../../../reconciler/observe/pod.ts'
import type { Scaling } from '../../../reconciler/scaling/scaling.ts'
import { recheckBeforeShrink, scale } from '../../../reconciler/stages/scale.ts'
import type { ApiVersion } from '../../../schemas/api-version.ts'
import { V1ALPHA3 } from '../../../schemas/v1alpha3/version.ts'
import { V1BETA1 } from '../../../schemas/v1beta1/version.ts'
import { mcrouterWith } from '../../../testing/mcrouter.ts'
import { changed, replicaSet, routerPod } from '../owned.ts'
import { routerPods, serverPods } from '../pod.ts'
import { MCROUTER, passWith } from '../reconcile-context.ts'
import { statefulSetWith } from '../reconcile-report.ts'
import { poolWith, scalingWith } from '../scaling/pool.ts'

const observed: Observed = {
  children: [],
  leftovers: [],
  pods: [...serverPods(4), ...routerPods(2)],
}

const LATE = routerPod('r-2')
/** Somebody's own pod, with the labels of a router's. */
const ROGUE = changed(LATE, {
  name: 'r-3',
  labels: { ...LATE.metadata.labels, 'pod-template-hash': 'own' },
  ownerReferences: [],
})

function deciding(servers: number, asked = true): Scaling {
  const confirmation = asked ? { states: [], since: 0 } : undefined
  return scalingWith({ pool: poolWith({ running: 4 }), next: { step: { servers, routed: 2 } }, confirmation })
}

t.test('servers go only by what the API server says of the routers at that moment', async (t) => {
  const selectors: unknown[] = []
  const pass = passWith({
    list: async ({ kind }, options) => {
      if (kind === 'Mcrouter') return [MCROUTER]
      selectors.push(options?.labelSelector)
      return kind === 'Pod' ? [LATE, ROGUE].map(transformPod) : [replicaSet()]
    },
  })
  const waits = deciding(4)
  const again = async ({ pods }: Observed) => {
    t.strictSame(
      pods.map(({ metadata }) => metadata.name),
      [...serverPods(4), LATE].map(({ metadata }) => metadata.name),
    )
    return waits
  }
  t.equal(await recheckBeforeShrink(pass, mcrouterWith(), observed, deciding(2), again), waits)
  t.match(selectors, [/instance=cache.*component=mcrouter/, /instance=cache.*component=mcrouter/])
})

const notNeeded = () => Promise.reject(new Error('not needed'))

t.test('nothing is read where no server goes', async (t) => {
  const scaling = deciding(4)
  t.equal(await recheckBeforeShrink(passWith({}), mcrouterWith(), observed, scaling, notNeeded), scaling)
})

t.test('nor for a removed pool that is being deleted, whatever keeps it', async (t) => {
  const going = { deletionTimestamp: '2026-01-01T00:00:00Z' }
  const planted = (kind: string, metadata: object = going) => {
    const child = statefulSetWith(4)
    return { ...child, kind, metadata: { ...child.metadata, name: 'cache-memcached-old', ...metadata } }
  }
  const scaling = { ...deciding(0), pools: deciding(0).pools.map((pool) => ({ ...pool, name: 'old' })) }
  const look = (children: Observed['children'], api: Partial<KubeApi> = {}) =>
    recheckBeforeShrink(passWith(api), mcrouterWith(), { ...observed, children }, scaling, notNeeded)
  t.equal(await look([planted('StatefulSet'), planted('Service')]), scaling)
  const gone = { list: async () => [] }
  for (const left of [[planted('StatefulSet'), planted('Service', {})], []])
    await t.rejects(look(left, gone), { conflict: true, message: /has changed since/ })
})

t.test('no servers go of a Mcrouter that has another spec by now, or is another', async (t) => {
  const metadata = (overrides: object) => ({ ...MCROUTER, metadata: { ...MCROUTER.metadata, ...overrides } })
  for (const asked of [true, false]) {
    for (const found of [[], [metadata({ generation: 2 })], [metadata({ uid: 'u-next' })]]) {
      const pass = passWith({ list: async () => found })
      const look = recheckBeforeShrink(pass, mcrouterWith(), observed, deciding(2, asked), notNeeded)
      await t.rejects(look, { conflict: true, message: 'Mcrouter shop/cache has changed since' })
    }
  }
  const still = passWith({
    list: async (_, options) => (options?.fieldSelector === 'metadata.name=cache' ? [MCROUTER] : []),
  })
  const scaling = deciding(2, false)
  t.equal(
    await recheckBeforeShrink(still, mcrouterWith(), observed, scaling, notNeeded),
    scaling,
    'no router is asked',
  )
})

t.test('a layout that was written in v1alpha3 is not held for what somebody writes beside it', async (t) => {
  const written = ({ apiVersion }: ApiVersion, minute: number, owned: object) => {
    const time = `2026-01-01T00:0${minute}:00Z`
    return { manager: 'author', operation: 'Update', apiVersion, time, fieldsV1: { 'f:spec': owned } }
  }
  const layout = written(V1ALPHA3, 1, { 'f:pool_setup': {}, 'f:memcached_pool_size': {} })
  const beside = written(V1BETA1, 2, { 'f:router': { 'f:replicas': {} } })
  const asked = written(V1BETA1, 3, { 'f:memcached': { 'f:copies': {} } })
  const wanted = mcrouterWith({ memcached: { shards: 1, copies: 5, topology: 'replicated' } })
  const status = { config: { digest: 'd' }, pools: [{ name: 'main', routedServers: 3, copies: 1 }] }
  const heldOf = async (...managedFields: unknown[]) => {
    const stored = transformMcrouter({
      ...MCROUTER,
      metadata: { ...MCROUTER.metadata, managedFields },
      status,
    })
    const { held } = await scale(passWith({}, [], stored), wanted, { children: [], leftovers: [], pods: [] })
    return held.map(({ change }) => change)
  }
  t.same(await heldOf(layout), [])
  t.same(await heldOf(layout, beside), [])
  t.same(await heldOf(layout, beside, asked), ['main: 3 shards x 1 copies to 1 shards x 5 copies'])
})
