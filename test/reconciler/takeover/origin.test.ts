import t from 'tap'
import type { KubeObject, OwnerReference } from '../../../reconciler/kube/api.ts'
import { originOf } from '../../../reconciler/takeover/origin.ts'
import type { JsonObject } from '../../../schemas/json.ts'
import { predecessorsDeployment, predecessorsService, predecessorsStatefulSet } from './predecessor.ts'

function live(object: JsonObject, metadata: JsonObject = {}): KubeObject {
  const { apiVersion = 'v1', kind = '', metadata: given = {}, ...rest } = structuredClone(object)
  return {
    ...rest,
    apiVersion: String(apiVersion),
    kind: String(kind),
    metadata: { name: '', uid: 'u', resourceVersion: '1', ...Object(given), ...metadata },
  }
}

const owner = (overrides: Partial<OwnerReference> = {}): OwnerReference => ({
  apiVersion: 'mcrouter.example.com/v1alpha3',
  kind: 'Mcrouter',
  name: 'cache',
  uid: 'u-cache',
  ...overrides,
})

const PREDECESSORS = [
  predecessorsService('cache'),
  predecessorsStatefulSet('cache', 2),
  predecessorsDeployment('cache'),
]

t.test('what the Ansible operator made is known by its owner and by its looks', async (t) => {
  for (const object of PREDECESSORS) {
    t.equal(originOf(live(object, { ownerReferences: [owner()] }), 'cache'), 'predecessor')
    t.equal(originOf(live(object), 'cache'), 'predecessor', 'restored from a backup without its owner')
    t.equal(originOf(live(object, { ownerReferences: [owner({ name: 'other' })] }), 'cache'), 'foreign')
  }
})

t.test('what this operator made is ours, also under an owner of the same name from before', async (t) => {
  const labels = {
    'app.kubernetes.io/managed-by': 'mcrouter-operator',
    'app.kubernetes.io/instance': 'cache',
  }
  const service = { apiVersion: 'v1', kind: 'Service', spec: {} }
  t.equal(originOf(live(service, { labels }), 'cache'), 'ours')
  t.equal(originOf(live(service, { labels, ownerReferences: [owner({ uid: 'u-before' })] }), 'cache'), 'ours')
  t.equal(originOf(live(service, { ownerReferences: [owner()] }), 'cache'), 'ours', 'its labels were removed')
  t.equal(
    originOf(live(service, { labels, ownerReferences: [owner({ name: 'cache-2' })] }), 'cache'),
    'foreign',
  )
})

t.test('everything else is somebody else’s, however alike', async (t) => {
  const foreign = (object: JsonObject, metadata?: JsonObject) =>
    t.equal(originOf(live(object, metadata), 'cache'), 'foreign')
  foreign({ apiVersion: 'v1', kind: 'Service', spec: { selector: { app: 'cache' } } })
  foreign({ apiVersion: 'v1', kind: 'ConfigMap', data: {} })
  foreign(predecessorsService('other'))
  const template = {
    spec: { containers: [{ name: 'mcrouter', command: ['mcrouter', '--config-file=/etc/own.json'] }] },
  }
  foreign({ kind: 'Deployment', spec: { selector: { matchLabels: { app: 'mcrouter' } }, template } })
  const helm = [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'x', uid: 'u', controller: true }]
  foreign(predecessorsDeployment('cache'), { ownerReferences: helm })
})
