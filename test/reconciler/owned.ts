import type { KubeObject } from '../../reconciler/kube/api.ts'
import type { JsonObject } from '../../schemas/json.ts'

// Pods of the Mcrouter `cache` in `shop` with what the controllers of Kubernetes write into them.

const OURS = {
  'app.kubernetes.io/name': 'mcrouter',
  'app.kubernetes.io/instance': 'cache',
  'app.kubernetes.io/managed-by': 'mcrouter-operator',
}
const ROUTER = { ...OURS, 'app.kubernetes.io/component': 'mcrouter', 'pod-template-hash': 'abc' }

/** The ReplicaSet of its Deployment, whose uid is that of test/reconciler/reconcile-report.ts unless another is given. */
export function replicaSet(deployment = 'u-Deployment'): KubeObject {
  const ownerReferences = [controller('Deployment', 'cache', deployment)]
  return object('ReplicaSet', 'cache-abc', { labels: ROUTER, ownerReferences })
}

/** A pod of that ReplicaSet. */
export function routerPod(name: string, rest: JsonObject = {}): KubeObject {
  const ownerReferences = [controller('ReplicaSet', 'cache-abc', 'u-cache-abc')]
  return { ...object('Pod', name, { labels: ROUTER, ownerReferences }), ...rest }
}

/** A pod of its StatefulSet. */
export function serverPod(ordinal: number, rest: JsonObject = {}): KubeObject {
  const labels = { ...OURS, 'app.kubernetes.io/component': 'memcached' }
  const ownerReferences = [controller('StatefulSet', 'cache-memcached', 'u-StatefulSet')]
  return { ...object('Pod', `cache-memcached-${ordinal}`, { labels, ownerReferences }), ...rest }
}

/** The object with other metadata. */
export function changed(object: KubeObject, metadata: Partial<KubeObject['metadata']>): KubeObject {
  return { ...object, metadata: { ...object.metadata, ...metadata } }
}

function controller(kind: string, name: string, uid: string) {
  return { apiVersion: 'apps/v1', kind, name, uid, controller: true }
}

function object(kind: string, name: string, metadata: Partial<KubeObject['metadata']>): KubeObject {
  const identity = { name, namespace: 'shop', uid: `u-${name}`, resourceVersion: '1' }
  return { apiVersion: 'v1', kind, metadata: { ...identity, ...metadata } }
}
