import t from 'tap'
import { originOf } from '../../../reconciler/adoption/origin.ts'
import type { KubeObject, OwnerReference } from '../../../reconciler/kube/api.ts'
import type { JsonObject } from '../../../schemas/json.ts'
import { MCROUTER } from '../reconcile-context.ts'
import { predecessorsDeployment, predecessorsService, predecessorsStatefulSet } from './predecessor.ts'

function live(object: JsonObject, metadata: JsonObject = {}): KubeObject {
  const { apiVersion = 'v1', kind = '', metadata: given = {}, ...rest } = structuredClone(object)
  return {
    ...rest,
    apiVersion: String(apiVersion),
    kind: String(kind),
    metadata: { name: 'cache', uid: 'u', resourceVersion: '1', ...Object(given), ...metadata },
  }
}

const owner = (overrides: Partial<OwnerReference> = {}): OwnerReference => ({
  apiVersion: 'mcrouter.example.com/v1alpha3',
  kind: 'Mcrouter',
  name: 'cache',
  uid: 'u-cache',
  ...overrides,
})

/** Whose the object is when the Mcrouter `cache` meets it. */
const origin = (object: JsonObject, metadata?: JsonObject) => originOf(live(object, metadata), MCROUTER)

const SERVICE = withDefaults(predecessorsService('cache'))
const STATEFUL_SET = predecessorsStatefulSet('cache', 2)
const DEPLOYMENT = predecessorsDeployment('cache', 'shop', 2)
const PREDECESSORS = [SERVICE, STATEFUL_SET, DEPLOYMENT]

t.test('what the Ansible operator made is known by its owner and by its looks', async (t) => {
  for (const object of PREDECESSORS) {
    t.equal(origin(object, { ownerReferences: [owner()] }), 'predecessor')
    t.equal(origin(object), 'predecessor', 'restored from a backup without its owner')
    t.equal(origin(object, { ownerReferences: [owner({ uid: 'u-before' })] }), 'predecessor')
    t.equal(origin(object, { ownerReferences: [owner({ name: 'other', uid: 'u-other' })] }), 'foreign')
  }
})

t.test(
  'its Service as it was before it was applied for a second time, and with a port of its own',
  async (t) => {
    const selector = { app: 'cache-cache', matchLabels: '' }
    t.equal(origin(changed(SERVICE, ['spec', 'selector'], selector)), 'predecessor')
    const ports = [{ port: 21211, protocol: 'TCP', targetPort: 21211 }]
    const service = live(changed(SERVICE, ['spec', 'ports'], ports))
    t.equal(originOf(service, { ...MCROUTER, spec: { memcached: { port: 21211 } } }), 'predecessor')
    t.equal(originOf(service, MCROUTER), 'foreign')
  },
)

const LABELS = {
  'app.kubernetes.io/name': 'mcrouter',
  'app.kubernetes.io/instance': 'cache',
  'app.kubernetes.io/component': 'memcached',
  'app.kubernetes.io/part-of': 'mcrouter',
  'app.kubernetes.io/managed-by': 'mcrouter-operator',
}

t.test('what this operator made is ours, also under an owner of the same name from before', async (t) => {
  const service = { apiVersion: 'v1', kind: 'Service', spec: {} }
  const labels = LABELS
  t.equal(origin(service, { labels }), 'ours', 'its Mcrouter was deleted without it')
  t.equal(origin(service, { labels, ownerReferences: [owner({ uid: 'u-before' })] }), 'ours')
  t.equal(origin(service, { ownerReferences: [owner()] }), 'predecessor', 'its labels were removed')
  t.equal(
    origin(service, { labels, ownerReferences: [owner({ name: 'cache-2', uid: 'u-cache-2' })] }),
    'foreign',
  )
  t.equal(origin(service, { ownerReferences: [owner({ uid: 'u-before' })] }), 'foreign')
})

t.test('a label of ours by itself says nothing', async (t) => {
  for (const label of Object.keys(LABELS)) {
    const { [label]: _, ...labels } = Object(LABELS)
    t.equal(origin({ apiVersion: 'v1', kind: 'ConfigMap' }, { labels }), 'foreign', `without ${label}`)
  }
})

t.test('everything else is somebody else’s, however alike', async (t) => {
  const foreign = (object: JsonObject, metadata?: JsonObject) =>
    t.equal(origin(object, metadata), 'foreign', JSON.stringify(object))
  foreign({ apiVersion: 'v1', kind: 'ConfigMap', data: {} })
  for (const object of PREDECESSORS) foreign(object, { name: 'other' })
  foreign(withDefaults(predecessorsService('other')))
  foreign(predecessorsDeployment('other', 'shop', 2), { name: 'cache' })
  foreign(DEPLOYMENT, {
    ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'x', uid: 'u', controller: true }],
  })
})

t.test('each field that the Ansible operator sets has to be as it sets it', async (t) => {
  const container = ['spec', 'template', 'spec', 'containers', '0']
  const changes: readonly (readonly [JsonObject, readonly string[], unknown])[] = [
    [SERVICE, ['spec', 'selector'], { app: 'cache-cache', tier: 'db' }],
    [SERVICE, ['spec', 'selector'], { app: 'cache' }],
    [SERVICE, ['spec', 'selector'], { app: 'cache-cache', matchLabels: 'x' }],
    [SERVICE, ['spec', 'type'], 'NodePort'],
    [SERVICE, ['spec', 'ports'], []],
    [SERVICE, ['spec', 'ports', '0', 'port'], 6379],
    [SERVICE, ['spec', 'ports', '0', 'targetPort'], 80],
    [SERVICE, ['spec', 'ports', '0', 'protocol'], 'UDP'],
    [SERVICE, ['spec', 'ports', '0', 'name'], 'redis'],
    [SERVICE, ['spec', 'ports', '1'], { port: 11211, targetPort: 11211, protocol: 'TCP' }],
    [STATEFUL_SET, ['spec', 'serviceName'], 'other'],
    [STATEFUL_SET, ['spec', 'selector'], { matchLabels: { app: 'cache-cache', tier: 'db' } }],
    [STATEFUL_SET, ['spec', 'template', 'metadata', 'labels'], { app: 'cache-cache', tier: 'db' }],
    [STATEFUL_SET, [...container, 'name'], 'redis'],
    [STATEFUL_SET, [...container, 'command'], ['memcached', '-m', '64']],
    [STATEFUL_SET, ['spec', 'template', 'spec', 'containers', '1'], { name: 'exporter' }],
    [DEPLOYMENT, ['spec', 'selector'], { matchLabels: { app: 'web' } }],
    [DEPLOYMENT, [...container, 'command'], ['mcrouter', '--config-file=/etc/own.json']],
    [DEPLOYMENT, [...container, 'command'], ['mcrouter', '--config-str={"pools":']],
    [DEPLOYMENT, [...container, 'command', '0'], 'sh'],
    [DEPLOYMENT, ['spec', 'template', 'spec', 'containers', '1'], { name: 'sidecar' }],
  ]
  for (const [object, path, value] of changes) {
    t.equal(origin(changed(object, path, value)), 'foreign', `${object.kind} ${path.join('.')}`)
  }
})

/** A Service with what the API server adds to it. */
function withDefaults(service: JsonObject): JsonObject {
  const { ports = [], ...spec } = Object(service.spec)
  const targeted = ports.map((one: JsonObject) => ({ ...one, targetPort: one.port }))
  return { ...service, spec: { ...spec, type: 'ClusterIP', ports: targeted } }
}

/** A copy of the object in which that field has that value. */
function changed(object: JsonObject, path: readonly string[], value: unknown): JsonObject {
  const copy = structuredClone(object)
  const parent = path.slice(0, -1).reduce<object>((found, field) => Reflect.get(found, field), copy)
  Reflect.set(parent, path.at(-1) ?? '', value)
  return copy
}
