import t from 'tap'
import { applyAll } from '../../../reconciler/apply/apply.ts'
import type { KubeObject } from '../../../reconciler/kube/api.ts'
import { ownerReference } from '../../../reconciler/plan/owner.ts'
import { type OwnedManifest, withOwner } from '../../../reconciler/plan/plan.ts'
import type { ReconcilerEvent } from '../../../reconciler/reconciler-event.ts'
import { render } from '../../../render/index.ts'
import { RETIRING_ANNOTATION } from '../../../schemas/well-known.ts'
import { mcrouterWith } from '../../../testing/mcrouter.ts'
import { MCROUTER, passWith } from '../reconcile-context.ts'
import { predecessorsDeployment } from './predecessor.ts'

// Routers on each node where the Ansible operator had a Deployment: nothing of ours has its kind and name.

const NODES = mcrouterWith({ routers: { placement: 'Node' } })
const SEEN: KubeObject = { ...MCROUTER, status: { observedGeneration: 1, conditions: [] } }
const OWNED = [ownerReference(MCROUTER)]

function manifestOf(kind: string): OwnedManifest {
  const { manifests } = render(NODES, { clusterDomain: 'cluster.local' })
  const manifest = manifests.find((one) => one.kind === kind)
  if (manifest === undefined) throw new Error(`no ${kind}`)
  return withOwner(manifest, ownerReference(MCROUTER))
}

function live({ apiVersion, kind, metadata, spec }: OwnedManifest): KubeObject {
  const identity = { ...metadata, uid: `u-${kind}`, resourceVersion: '9' }
  return { apiVersion, kind, metadata: identity, spec: Object(spec) }
}

function deployment(spec: object = {}, metadata: Partial<KubeObject['metadata']> = {}): KubeObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      name: 'cache',
      namespace: 'shop',
      uid: 'u-old',
      resourceVersion: '7',
      ownerReferences: OWNED,
      ...metadata,
    },
    spec: { ...Object(predecessorsDeployment('cache').spec), ...spec },
    status: { observedGeneration: 1 },
  }
}

const SERVERS = live(manifestOf('StatefulSet'))
const REPLICA_SET: KubeObject = {
  apiVersion: 'apps/v1',
  kind: 'ReplicaSet',
  metadata: {
    name: 'cache-old',
    namespace: 'shop',
    uid: 'u-set',
    resourceVersion: '3',
    ownerReferences: [
      { apiVersion: 'apps/v1', kind: 'Deployment', name: 'cache', uid: 'u-old', controller: true },
    ],
  },
  spec: { replicas: 1 },
}

/** What comes of the DaemonSet where these objects are there, and what is written. */
async function made(there: readonly KubeObject[], mcrouter = SEEN) {
  const [written, events]: [string[], ReconcilerEvent[]] = [[], []]
  const patches: unknown[] = []
  const context = passWith(
    {
      get: async ({ kind }) => there.find((one) => one.kind === kind),
      list: async () => [REPLICA_SET],
      merge: async ({ kind }, { name }, patch) => {
        written.push(`merge ${kind}/${name}`)
        patches.push(patch)
        return deployment()
      },
      delete: async ({ kind }, { name }, options) =>
        void written.push(`delete ${kind}/${name} ${options?.propagation}`),
      apply: async ({ kind }) => {
        written.push(`apply ${kind}`)
        return live(manifestOf('DaemonSet'))
      },
    },
    events,
    mcrouter,
  )
  const [result] = await applyAll(context, [{ action: 'create', manifest: manifestOf('DaemonSet') }])
  return { kind: result?.kind, written, patches, events }
}

t.test('it is made once the routers of the Deployment are orphaned, and noted to go', async (t) => {
  const first = await made([deployment(), SERVERS])
  t.match(first, { kind: 'waiting', written: ['merge Deployment/cache'] }, 'which is paused first')
  const second = await made([deployment({ paused: true }), SERVERS])
  t.match(second, {
    kind: 'waiting',
    written: ['merge Mcrouter/cache', 'merge ReplicaSet/cache-old', 'delete Deployment/cache Orphan'],
    patches: [{ metadata: { annotations: { [RETIRING_ANNOTATION]: 'cache-old' } } }],
    events: [{ reason: 'Adopting', note: /^Deployment shop\/cache is being recreated as a DaemonSet; / }],
  })
  t.match(await made([SERVERS]), { kind: 'written', written: ['apply DaemonSet'] })
})

t.test('it waits as a Deployment would', async (t) => {
  const waits = { kind: 'waiting', written: [] }
  t.match(await made([deployment()]), waits, 'for the servers')
  t.match(await made([deployment(), SERVERS], MCROUTER), waits, 'for the status of a Mcrouter that is new')
  const going = { deletionTimestamp: '2026-01-01T00:00:00Z', finalizers: ['example.com/hold'] }
  const held = await made([deployment({}, going), SERVERS])
  t.match(held, { ...waits, events: [{ note: /stays until its finalizers are gone: example\.com\/hold/ }] })
})

t.test('what was never routers of this Mcrouter is left alone, and in nobody’s way', async (t) => {
  const { manifests } = render(mcrouterWith(), { clusterDomain: 'cluster.local' })
  const ours = manifests.find(({ kind }) => kind === 'Deployment')
  if (ours === undefined) throw new Error('no Deployment')
  const other = { apiVersion: 'v1', kind: 'Other', name: 'x', uid: 'u' }
  for (const found of [
    live(withOwner(ours, ownerReference(MCROUTER))),
    deployment({}, { ownerReferences: [other] }),
  ])
    t.match(await made([found, SERVERS]), { kind: 'written', written: ['apply DaemonSet'] })
})
