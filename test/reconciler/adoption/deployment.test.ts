import t from 'tap'
import { orphanRouters, retire, retiringIn } from '../../../reconciler/adoption/deployment.ts'
import type { KubeApi, KubeObject, OwnerReference } from '../../../reconciler/kube/api.ts'
import { ownerReference, sharedReferences } from '../../../reconciler/plan/owner.ts'
import type { JsonObject } from '../../../schemas/json.ts'
import { RETIRING_ANNOTATION } from '../../../schemas/well-known.ts'
import { MCROUTER, passWith } from '../reconcile-context.ts'
import { predecessorsDeployment } from './predecessor.ts'

/** The Ansible operator's Deployment, the second version of its spec, of which its controller has seen `observed`. */
function deployment(spec: JsonObject, observed: number): KubeObject {
  const { spec: made } = predecessorsDeployment('cache')
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'cache', namespace: 'shop', uid: 'u-old', resourceVersion: '7', generation: 2 },
    spec: { ...Object(made), ...spec },
    status: { observedGeneration: observed },
  }
}

function replicaSet(name: string, replicas: number): KubeObject {
  const owner = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'cache', uid: 'u-old', controller: true }
  const labels = { app: 'mcrouter', 'pod-template-hash': 'x' }
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: { name, namespace: 'shop', uid: name, resourceVersion: '3', labels, ownerReferences: [owner] },
    spec: { replicas },
  }
}

/** What is written, each as `verb Kind/name` with the patch, or the propagation of a deletion. */
async function orphan(live: KubeObject): Promise<[string, unknown][]> {
  const written: [string, unknown][] = []
  const api: Partial<KubeApi> = {
    list: async () => [replicaSet('serving', 1), replicaSet('idle', 0)],
    merge: async ({ kind }, { name }, patch) => {
      written.push([`merge ${kind}/${name}`, patch])
      return live
    },
    delete: async ({ kind }, { name }, options) => {
      written.push([`delete ${kind}/${name}`, options?.propagation])
    },
  }
  await orphanRouters(passWith(api), live, 'Deployment')
  return written
}

t.test('first its controller learns to make no other routers for those that it loses', async (t) => {
  t.strictSame(await orphan(deployment({}, 2)), [
    ['merge Deployment/cache', { metadata: { uid: 'u-old', resourceVersion: '7' }, spec: { paused: true } }],
  ])
  t.strictSame(await orphan(deployment({ paused: true }, 1)), [], 'it has not seen it yet')
})

t.test('then it is deleted and its routers are orphaned, which no other Deployment can take', async (t) => {
  const written = await orphan(deployment({ paused: true }, 2))
  t.strictSame(
    written.map(([call]) => call),
    ['merge Mcrouter/cache', 'merge ReplicaSet/serving', 'delete ReplicaSet/idle', 'delete Deployment/cache'],
  )
  t.match(
    written.map(([, what]) => what),
    [
      { metadata: { annotations: { 'mcrouter.example.com/retiring': 'serving' } } },
      { metadata: { labels: { app: null, 'pod-template-hash': 'x' } } },
      undefined,
      'Orphan',
    ],
  )
})

/** How the ReplicaSet with these owners that the annotation names is deleted, and whether it counts as gone. */
async function retiring(ownerReferences: OwnerReference[], metadata: Partial<KubeObject['metadata']> = {}) {
  const deleted: unknown[] = []
  const set = replicaSet('named', 1)
  const annotations = { [RETIRING_ANNOTATION]: 'named' }
  const mcrouter = { ...MCROUTER, metadata: { ...MCROUTER.metadata, annotations } }
  const api: Partial<KubeApi> = {
    get: async () => ({ ...set, metadata: { ...set.metadata, ownerReferences, ...metadata } }),
    merge: async () => mcrouter,
    delete: async (_resource, { name }, options) => void deleted.push(`${name} ${options?.propagation}`),
  }
  const gone = await retire(passWith(api, [], mcrouter))
  return { deleted, gone }
}

t.test('routers that were kept for this Mcrouter go, and are noted until none runs', async (t) => {
  const controlled = sharedReferences(replicaSet('named', 1), MCROUTER)
  t.strictSame(
    await retiring(controlled),
    { deleted: [], gone: true },
    'they are not ours while they have a controller',
  )
  const kept = controlled.filter(({ controller }) => controller === false)
  t.strictSame(await retiring(kept), { deleted: ['named Foreground'], gone: false })
  const going = { deletionTimestamp: '2026-01-01T00:00:00Z' }
  t.strictSame(await retiring(kept, going), { deleted: [], gone: false }, 'it stays as long as a pod of it')
})

t.test('a ReplicaSet that the annotation names and that was not kept for this Mcrouter stays', async (t) => {
  t.strictSame(await retiring([]), { deleted: [], gone: true }, 'of nobody')
  const other = { ...ownerReference(MCROUTER), uid: 'u-other', controller: false }
  t.strictSame(await retiring([other]), { deleted: [], gone: true }, 'of another Mcrouter')
})

t.test(
  'of what anybody writes into the annotation no more is read than a Deployment can have left',
  async (t) => {
    const asked: string[] = []
    const naming = (value: string) => ({
      ...MCROUTER,
      metadata: { ...MCROUTER.metadata, annotations: { [RETIRING_ANNOTATION]: value } },
    })
    const api: Partial<KubeApi> = {
      get: async (_, { name }) => void asked.push(name),
      merge: async () => MCROUTER,
    }
    const retired = async (value: string) => {
      asked.length = 0
      const mcrouter = naming(value)
      t.equal(await retire(passWith(api, [], mcrouter)), true)
      return asked.length
    }
    t.equal(await retired(Array(130_000).fill('a').join(',')), 1, 'each is asked for once')
    t.ok((await retired(Array.from({ length: 40_000 }, (_, one) => `a${one}`).join(','))) <= 16)
    t.strictSame(retiringIn(naming('old-1,,../../secrets/x,A b,old-2')), ['old-1', 'old-2'], 'names alone')
  },
)

t.test('what anybody wrote there does not displace the ReplicaSets that serve', async (t) => {
  const annotations = { [RETIRING_ANNOTATION]: Array.from({ length: 16 }, (_, one) => `a${one}`).join(',') }
  const mcrouter = { ...MCROUTER, metadata: { ...MCROUTER.metadata, annotations } }
  let noted = ''
  const api: Partial<KubeApi> = {
    list: async () => [replicaSet('serving', 1)],
    merge: async ({ kind }, _, patch) => {
      if (kind === 'Mcrouter') noted = JSON.stringify(patch)
      return MCROUTER
    },
    delete: async () => undefined,
  }
  await orphanRouters(passWith(api, [], mcrouter), deployment({ paused: true }, 2), 'Deployment')
  t.match(noted, /"serving,a0,/)
})
