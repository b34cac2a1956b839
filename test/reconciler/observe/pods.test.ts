import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import type { KubeObject } from '../../../reconciler/kube/api.ts'
import { transformPod } from '../../../reconciler/observe/pod.ts'
import { podsOf } from '../../../reconciler/observe/pods.ts'
import { sharedReferences } from '../../../reconciler/plan/owner.ts'
import { COPY_LABEL } from '../../../schemas/well-known.ts'
import { effort } from '../../../testing/effort.ts'
import { changed, replicaSet, routerPod, serverPod } from '../owned.ts'
import { OWNER } from '../plan/applied.ts'
import { MCROUTER } from '../reconcile-context.ts'
import { daemonSetWith, deploymentWith, statefulSetWith } from '../reconcile-report.ts'

const CHILDREN = [statefulSetWith(3), deploymentWith(2)]
const OURS = [
  ...[0, 1, 2].map((ordinal) => serverPod(ordinal)),
  routerPod('cache-abc-1'),
  routerPod('cache-abc-2'),
]

/** Names of the pods that count. */
function counted(pods: readonly KubeObject[], sets = [replicaSet()], children = CHILDREN): string[] {
  const candidates = { pods: pods.map(transformPod), replicaSets: sets }
  return podsOf(MCROUTER, children, candidates).map(({ metadata }) => metadata.name)
}

const controller = (kind: string, name: string, uid: string) => [
  { apiVersion: 'apps/v1', kind, name, uid, controller: true },
]

/** Of a Deployment of a zone. */
function zoneRouter(name: string, set = 'cache-mcrouter-1-abc') {
  const { labels } = routerPod(name).metadata
  const ownerReferences = controller('ReplicaSet', set, `u-${set}`)
  return changed(routerPod(name), { labels: { ...labels, [COPY_LABEL]: '1' }, ownerReferences })
}

t.test('routers of a zone count by its Deployment, and while they leave by its name', async (t) => {
  const ofZone = { name: 'cache-mcrouter-1', uid: 'u-zone', ownerReferences: [OWNER] }
  const deployment = { ...deploymentWith(1), metadata: { ...deploymentWith(1).metadata, ...ofZone } }
  const set = changed(replicaSet(), {
    name: 'cache-mcrouter-1-abc',
    uid: 'u-cache-mcrouter-1-abc',
    ownerReferences: controller('Deployment', 'cache-mcrouter-1', 'u-zone'),
  })
  const pod = zoneRouter('z')
  t.strictSame(counted([pod], [set], [deployment]), ['z'])
  t.strictSame(counted([pod], [set], []), ['z'], 'its Deployment is gone')
  t.strictSame(counted([pod], [], []), ['z'], 'and its ReplicaSet')
  t.strictSame(counted([pod], [], [deployment]), [], 'of another ReplicaSet')
  t.strictSame(counted([zoneRouter('z', 'cache-mcrouter-x-abc')], [], []), [])
})

/** Whom somebody's own pod can be of: another workload under a name of ours, the Mcrouter itself, or nobody. */
const OTHERS = [
  controller('StatefulSet', 'cache-memcached', 'u-else'),
  controller('StatefulSet', 'd1-experiment', 'u-else'),
  controller('ReplicaSet', 'cache-abc', 'u-else'),
  controller('ReplicaSet', 'cache-own', 'u-cache-own'),
  controller('Mcrouter', 'cache', MCROUTER.metadata.uid),
  undefined,
] as const

/** A ReplicaSet of somebody's, with our labels and a name like that of one of ours. */
const THEIR_SET = changed(replicaSet('u-else'), { name: 'cache-own', uid: 'u-cache-own' })

const rogue = fc
  .record({
    of: fc.constantFrom(...OURS),
    owner: fc.constantFrom(...OTHERS),
    ordinal: fc.integer({ min: 3, max: 999 }),
  })
  .map(({ of, owner, ordinal }) => {
    const { ownerReferences: _, labels = {}, ...metadata } = of.metadata
    const isServer = labels['app.kubernetes.io/component'] === 'memcached'
    const name = isServer ? `cache-memcached-${ordinal}` : `cache-abc-x${ordinal}`
    const hash = isServer ? {} : { 'pod-template-hash': 'own' }
    const owners = owner && { ownerReferences: owner }
    return { ...of, metadata: { ...metadata, name, labels: { ...labels, ...hash }, ...owners } }
  })

t.test('no pod that only looks like one of a Mcrouter counts', async () => {
  fc.assert(
    fc.property(fc.subarray(OURS), fc.array(rogue, { maxLength: 6 }), (ours, rogues) => {
      assert.deepEqual(
        counted([...rogues, ...ours], [THEIR_SET, replicaSet()]),
        ours.map(({ metadata }) => metadata.name),
      )
    }),
    effort(500),
  )
})

t.test('pods count from before their workload has adopted them, as the adoption leaves them', async (t) => {
  const released = changed(serverPod(1), {
    ownerReferences: sharedReferences(
      { ...serverPod(1), metadata: { ...serverPod(1).metadata, ownerReferences: [] } },
      MCROUTER,
    ),
  })
  const orphan = changed(serverPod(2), { ownerReferences: [] })
  t.strictSame(counted([released, orphan]), ['cache-memcached-1', 'cache-memcached-2'])
  const routers = changed(routerPod('cache-abc-1'), { ownerReferences: [] })
  t.strictSame(counted([routers]), ['cache-abc-1'], 'by its hash it is one of the ReplicaSet’s')
})

t.test('where a workload was deleted and its pods orphaned, they count by its name', async (t) => {
  t.strictSame(
    counted(OURS, [replicaSet('u-gone')], []),
    OURS.map(({ metadata }) => metadata.name),
  )
  t.strictSame(
    counted(OURS, [THEIR_SET], []),
    counted(OURS.slice(0, 3)),
    'but for routers of another ReplicaSet',
  )
})

t.test('where there is no StatefulSet, a pod that nobody controls does not enlarge the pool', async (t) => {
  const stranger = changed(serverPod(999), { ownerReferences: [] })
  const known = {
    ...MCROUTER,
    spec: { memcached_pool_size: 2 },
    status: { replicas: 3, servers: ['a', 'b'] },
  }
  const orphan = changed(serverPod(2), { ownerReferences: [] })
  const pods = podsOf(known, [], { pods: [stranger, orphan].map(transformPod), replicaSets: [] })
  t.strictSame(
    pods.map(({ metadata }) => metadata.name),
    ['cache-memcached-2'],
  )
})

t.test('routers on each node are those of its DaemonSet', async (t) => {
  const routers = [
    changed(routerPod('cache-n1'), { ownerReferences: controller('DaemonSet', 'cache', 'u-DaemonSet') }),
    changed(routerPod('cache-n2'), { ownerReferences: controller('DaemonSet', 'cache', 'u-else') }),
    changed(routerPod('cache-n3'), {
      ownerReferences: controller('DaemonSet', 'other', 'u-DaemonSet-other'),
    }),
  ]
  const { 'pod-template-hash': _, ...labels } = routerPod('x').metadata.labels ?? {}
  const orphan = changed(routerPod('cache-n4'), { ownerReferences: [], labels })
  const both = [statefulSetWith(3), deploymentWith(2), daemonSetWith(3)]
  t.strictSame(counted([...routers, orphan, routerPod('cache-abc-1')], [replicaSet()], both), [
    'cache-n1',
    'cache-n4',
    'cache-abc-1',
  ])
  t.strictSame(
    counted([...routers, orphan]),
    ['cache-n1', 'cache-n2'],
    'where it is not known its name decides',
  )
})
