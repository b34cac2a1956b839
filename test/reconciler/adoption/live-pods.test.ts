import t from 'tap'
import { withLivePods } from '../../../reconciler/adoption/live-pods.ts'
import type { KubeApi, KubeObject } from '../../../reconciler/kube/api.ts'
import type { Observed } from '../../../reconciler/observe/caches.ts'
import { transformChild } from '../../../reconciler/observe/child.ts'
import { transformPod } from '../../../reconciler/observe/pod.ts'
import { ownerReference, sharedReferences } from '../../../reconciler/plan/owner.ts'
import type { JsonObject } from '../../../schemas/json.ts'
import { mcrouterWith } from '../../../testing/mcrouter.ts'
import { changed, serverPod } from '../owned.ts'
import { applied, desiredOf } from '../plan/applied.ts'
import { routerPods, serverPods } from '../pod.ts'
import { MCROUTER, passWith } from '../reconcile-context.ts'
import { predecessorsService, predecessorsStatefulSet } from './predecessor.ts'

const CONTROLLER = { apiVersion: 'apps/v1', kind: 'StatefulSet', uid: 'u-gone', controller: true }

const mcrouter = mcrouterWith({ memcached: { servers: 4 } })
const NOTHING: Observed = { children: [], leftovers: [], pods: [] }

/** Server 0, as the Ansible operator made it, released from its StatefulSet and with our labels. */
const RELEASED = changed(serverPod(0), {
  labels: { ...serverPod(0).metadata.labels, app: 'cache-cache' },
  ownerReferences: sharedReferences(serverPod(-1), MCROUTER).filter(({ kind }) => kind === 'Mcrouter'),
})

function statefulSet(object: JsonObject, metadata: JsonObject = {}): KubeObject {
  const { spec, metadata: given } = object
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name: 'cache-memcached', uid: 'u-set', resourceVersion: '4', ...Object(given), ...metadata },
    spec: Object(spec),
  }
}

const THEIRS = statefulSet(predecessorsStatefulSet('cache', 2))

/** Our StatefulSet in the caches, four replicas, `partition` of them spared. */
function spared(partition: number) {
  const updateStrategy = { type: 'RollingUpdate', rollingUpdate: { partition } }
  return { ...transformChild(statefulSet({ spec: { replicas: 4 } })), owned: { spec: { updateStrategy } } }
}

function seeing(
  observed: Observed,
  live: KubeObject | undefined,
  calls: string[] = [],
  stored: KubeObject = { ...MCROUTER, status: {} },
): Promise<Observed> {
  const api: Partial<KubeApi> = {
    get: async ({ kind }, { name }) => {
      calls.push(`get ${kind} ${name}`)
      return live
    },
    list: async ({ kind }, options) => {
      calls.push(`list ${kind} ${options?.labelSelector}`)
      return [transformPod(RELEASED)]
    },
  }
  return withLivePods(passWith(api, [], stored), mcrouter, observed)
}

t.test('the StatefulSet of the Ansible operator counts from the first pass on', async (t) => {
  t.match((await seeing(NOTHING, THEIRS)).children, [{ kind: 'StatefulSet', replicas: 2 }])
})

t.test('one that goes, or is somebody else’s, does not', async (t) => {
  const { metadata } = THEIRS
  const going = { ...THEIRS, metadata: { ...metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } }
  t.strictSame((await seeing(NOTHING, going)).children, [])
  t.strictSame((await seeing(NOTHING, statefulSet({ spec: {} }, metadata))).children, [])
})

t.test('where servers of others take their place, its Service counts as well: both are to go', async (t) => {
  const metadata = { ...THEIRS.metadata, ownerReferences: [ownerReference(MCROUTER)] }
  const service = { ...predecessorsService('cache'), apiVersion: 'v1', kind: 'Service', metadata }
  const api: Partial<KubeApi> = {
    get: async ({ kind }) => (kind === 'Service' ? service : THEIRS),
    list: async () => [],
  }
  const external = [{ host: '10.8.0.4', port: 11211, tls: false }]
  const found = async (memcached: { readonly external?: typeof external }) => {
    const pass = passWith(api, [], { ...MCROUTER, status: {} })
    const { children } = await withLivePods(pass, mcrouterWith({ memcached }), NOTHING)
    return children.map(({ kind }) => kind)
  }
  t.strictSame(await found({ external }), ['StatefulSet', 'Service'])
  t.strictSame(await found({}), ['StatefulSet'])
})

t.test('where there is none, its servers are looked for behind the back of the cache', async (t) => {
  const calls: string[] = []
  const { pods } = await seeing({ ...NOTHING, pods: routerPods(1) }, undefined, calls)
  t.match(pods, [{ component: 'mcrouter' }, { component: 'memcached', ordinal: 0, adopted: true }])
  t.strictSame(calls, [
    'get StatefulSet cache-memcached',
    'list Pod app.kubernetes.io/name=mcrouter,app.kubernetes.io/instance=cache,app.kubernetes.io/component=memcached',
  ])
})

t.test('a server that is spared and not seen is looked for, too', async (t) => {
  const { pods } = await seeing({ ...NOTHING, children: [spared(2)] }, undefined)
  t.match(pods, [{ ordinal: 0, adopted: true }])
})

t.test('for a Mcrouter of which no operator has said anything yet, nothing is asked', async (t) => {
  const calls: string[] = []
  t.equal(await seeing(NOTHING, THEIRS, calls, MCROUTER), NOTHING)
  const defaults = { observedGeneration: -1 }
  t.equal(await seeing(NOTHING, THEIRS, calls, { ...MCROUTER, status: defaults }), NOTHING)
  t.strictSame(calls, [])
  const status = { ...defaults, conditions: [{ type: 'Running', status: 'True' }] }
  const { children } = await seeing(NOTHING, THEIRS, calls, { ...MCROUTER, status })
  t.match(children, [{ replicas: 2 }], 'the Ansible operator has')
})

t.test('so are those of each further pool whose StatefulSet was deleted and its pods orphaned', async (t) => {
  const wanted = mcrouterWith({ memcached: { servers: 4 }, pools: [{ name: 'users', servers: 2 }] })
  const name = 'cache-memcached-users'
  const labels = { ...serverPod(0).metadata.labels, 'app.kubernetes.io/component': 'memcached-users' }
  const ownerReferences = [{ ...CONTROLLER, name }]
  const server = transformPod(changed(serverPod(0), { name: `${name}-1`, labels, ownerReferences }))
  const [service] = desiredOf({ pools: [{ name: 'users', servers: 2 }] })
    .filter(({ kind, metadata }) => kind === 'Service' && metadata.name === name)
    .map(applied)
  const calls: string[] = []
  const api: Partial<KubeApi> = {
    get: async ({ kind }, key) => void calls.push(`get ${kind} ${key.name}`),
    list: async ({ kind }, options) => {
      calls.push(`list ${kind} ${options?.labelSelector?.split('component=')[1]}`)
      return [server]
    },
  }
  const observed = { ...NOTHING, children: [spared(0), ...(service ? [service] : [])], pods: serverPods(4) }
  const { pods } = await withLivePods(passWith(api, [], { ...MCROUTER, status: {} }), wanted, observed)
  t.strictSame(calls, [`get StatefulSet ${name}`, 'list Pod memcached-users'], 'the first pool is seen')
  t.strictSame(
    pods.map(({ metadata }) => metadata.name),
    [...serverPods(4), server].map(({ metadata }) => metadata.name),
  )
})

t.test('all that matters being seen, nothing is asked', async (t) => {
  for (const [partition, servers] of [
    [0, 0],
    [2, 2],
    [6, 4],
  ] as const) {
    const calls: string[] = []
    const observed = { ...NOTHING, children: [spared(partition)], pods: serverPods(servers) }
    t.equal(await seeing(observed, undefined, calls), observed)
    t.strictSame(calls, [])
  }
})
