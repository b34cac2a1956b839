import t from 'tap'
import { keepAdoptedPods } from '../../../reconciler/adoption/partition.ts'
import type { KubeObject } from '../../../reconciler/kube/api.ts'
import { render } from '../../../render/index.ts'
import { mcrouterWith } from '../../../testing/mcrouter.ts'
import { at } from '../../support/at.ts'
import { podWith, serverPods } from '../pod.ts'
import { MCROUTER } from '../reconcile-context.ts'

const mcrouter = mcrouterWith({ memcached: { servers: 3 } })

function partition(
  pods: Parameters<typeof keepAdoptedPods>[1],
  stored: KubeObject = MCROUTER,
  wanted = mcrouter,
): unknown {
  const { manifests } = render(wanted, { clusterDomain: 'cluster.local' })
  for (const manifest of manifests) {
    if (manifest.kind !== 'StatefulSet') continue
    return at(
      keepAdoptedPods(manifest, pods, stored, wanted),
      'spec',
      'updateStrategy',
      'rollingUpdate',
      'partition',
    )
  }
  throw new Error('no StatefulSet')
}

t.test('adopted pods are spared, up to the highest of them', async (t) => {
  t.equal(partition(serverPods(3, { adopted: true })), 3)
  t.equal(
    partition([podWith({ ordinal: 0 }), podWith({ ordinal: 1, adopted: true }), podWith({ ordinal: 2 })]),
    2,
  )
  t.equal(partition(serverPods(3)), undefined, 'there are none')
  t.equal(partition(serverPods(3, { adopted: true, deleting: true })), undefined, 'they go')
})

t.test(
  'they are not when they are told to move, or cannot be reached on the port of the new routers',
  async (t) => {
    const annotations = { 'mcrouter.example.com/adopt': 'roll' }
    const stored = { ...MCROUTER, metadata: { ...MCROUTER.metadata, annotations } }
    t.equal(partition(serverPods(3, { adopted: true }), stored), undefined)
    const elsewhere = mcrouterWith({ memcached: { servers: 3, port: 11212 } })
    t.equal(partition(serverPods(3, { adopted: true }), MCROUTER, elsewhere), undefined)
  },
)

t.test('nothing but the StatefulSet is changed for it', async (t) => {
  const { manifests } = render(mcrouter, { clusterDomain: 'cluster.local' })
  for (const manifest of manifests) {
    const spared = keepAdoptedPods(manifest, serverPods(3, { adopted: true }), MCROUTER, mcrouter)
    if (manifest.kind !== 'StatefulSet') t.equal(spared, manifest)
  }
})
