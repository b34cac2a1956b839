import t from 'tap'
import type { KubeApi, KubeObject } from '../../../reconciler/kube/api.ts'
import { outlineOf } from '../../../reconciler/kube/cache/outline.ts'
import { ApiError } from '../../../reconciler/kube/connection/errors.ts'
import { transformChild } from '../../../reconciler/observe/child.ts'
import { hasTooManyPools, worthReading } from '../../../reconciler/observe/children.ts'
import { transformMcrouter } from '../../../reconciler/observe/mcrouter.ts'
import { whole } from '../../../reconciler/observe/whole.ts'
import { ownerReference } from '../../../reconciler/plan/owner.ts'
import {
  ADOPT_ANNOTATION,
  RETIRING_ANNOTATION,
  SHRINK_UNCONFIRMED_ANNOTATION,
} from '../../../schemas/well-known.ts'
import { apiWith, MCROUTER } from '../reconcile-context.ts'

const SIGNAL = new AbortController().signal
const CONFIG: KubeObject = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { namespace: 'shop', name: 'cache-config', uid: 'u-config', resourceVersion: '8' },
  data: { 'config.json': '{"pools":{"memcached":{"servers":["a:1"]}}}' },
}
const SERVICE = transformChild({
  ...CONFIG,
  kind: 'Service',
  metadata: { ...CONFIG.metadata, name: 'cache' },
})

async function read(cached: readonly KubeObject[], calls: Partial<KubeApi>) {
  return await whole(apiWith(calls), cached, SIGNAL)
}

t.test('what the caches have whole is not read', async (t) => {
  t.same(await read([SERVICE, transformChild(CONFIG)], {}), [SERVICE, transformChild(CONFIG)])
})

t.test('what they have in outline is, as they would keep it; what has gone since is left out', async (t) => {
  const gone = { ...CONFIG, metadata: { ...CONFIG.metadata, name: 'gone' } }
  const cached = [SERVICE, outlineOf(CONFIG), outlineOf(gone)]
  const get: KubeApi['get'] = async ({ kind }, { namespace, name }) =>
    kind === 'ConfigMap' && namespace === 'shop' && name === 'cache-config' ? CONFIG : undefined
  t.same(await read(cached, { get }), [SERVICE, transformChild(CONFIG)])
})

t.test('so is a Mcrouter, by a list of one', async (t) => {
  const list: KubeApi['list'] = async (_, { namespace, fieldSelector, keep } = {}) => {
    t.same([namespace, fieldSelector], ['shop', 'metadata.name=cache'])
    return [keep?.(MCROUTER) ?? MCROUTER]
  }
  t.same(await read([outlineOf(MCROUTER)], { list }), [transformMcrouter(MCROUTER)])
})

t.test('of many that name a Mcrouter as their controller, those are read that it expands to', async (t) => {
  const { name, uid } = MCROUTER.metadata
  const ownerReferences = [{ ...ownerReference(MCROUTER), name, uid }]
  const owned = (config: string) =>
    outlineOf({ ...CONFIG, metadata: { ...CONFIG.metadata, name: config, ownerReferences } })
  const others = Array.from({ length: 200 }, (_, one) => owned(`other-${one}`))
  const ofAnother = outlineOf({
    ...CONFIG,
    metadata: { ...CONFIG.metadata, ownerReferences: [{ ...ownerReference(MCROUTER), uid: 'u-another' }] },
  })
  const cached = [...others, owned('cache-config'), ofAnother, SERVICE]
  t.same(worthReading(MCROUTER, cached), [owned('cache-config'), SERVICE])
  const pools = Array.from({ length: 200 }, (_, one) => ({
    ...owned(`cache-memcached-pool-${one}`),
    kind: 'StatefulSet',
  }))
  t.same(worthReading(MCROUTER, [...pools, SERVICE]), [SERVICE], 'nor what only looks like that of a pool')
  const own = pools.slice(0, 64)
  t.notOk(hasTooManyPools(MCROUTER, [...own, owned('cache-config'), ...others, SERVICE]))
  t.ok(hasTooManyPools(MCROUTER, pools.slice(0, 65)), 'four objects of each of 16 further pools')
})

t.test('a read that fails is told', async (t) => {
  const get = () => Promise.reject(new ApiError('no', { status: 500, reason: 'InternalError' }))
  await t.rejects(read([outlineOf(CONFIG)], { get }), { message: 'no' })
})

t.test('of a Mcrouter nothing is kept but what a pass reads, whatever is written on it', (t) => {
  const steering = {
    [ADOPT_ANNOTATION]: 'roll',
    [RETIRING_ANNOTATION]: 'old',
    [SHRINK_UNCONFIRMED_ANNOTATION]: 'true',
  }
  const annotations = { ...steering, note: 'x'.repeat(250_000) }
  const managedFields = [{ manager: 'x'.repeat(100_000) }]
  const labels = { team: 'x' }
  const spec = { memcached_pool_size: 3 }
  const kept = transformMcrouter({
    ...MCROUTER,
    metadata: { ...MCROUTER.metadata, annotations, labels, managedFields },
    spec,
    status: { replicas: 3 },
  })
  t.same(kept, {
    ...MCROUTER,
    metadata: { ...MCROUTER.metadata, annotations: steering },
    spec,
    status: { replicas: 3 },
  })
  const { metadata } = transformMcrouter(
    { ...MCROUTER, metadata: { ...MCROUTER.metadata, annotations, labels } },
    { labels: ['team'], annotations: ['note'] },
  )
  t.same(
    metadata,
    { ...MCROUTER.metadata, labels, annotations: steering },
    'the note is too long to be inherited',
  )
  const long = { ...MCROUTER.metadata, annotations: { [RETIRING_ANNOTATION]: 'a,'.repeat(120_000) } }
  t.ok(JSON.stringify(transformMcrouter({ ...MCROUTER, metadata: long })).length < 5_000)
  t.end()
})
