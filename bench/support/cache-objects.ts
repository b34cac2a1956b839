import type { JsonObject } from '../../schemas/json.ts'

/** Where a pod of a Mcrouter listens. */
export interface PodAddress {
  readonly host: string
  readonly port: number
}

/** Pods of one Mcrouter, as a cluster would have it. */
export interface CachePods {
  readonly name: string
  readonly servers: readonly PodAddress[]
  readonly routers: readonly PodAddress[]
}

/** By the path of their list: Mcrouters, their workloads, and their pods with about as much in them as real ones have. */
export type Lists = Readonly<Record<string, readonly JsonObject[]>>

export function listsOf(caches: readonly CachePods[]): Lists {
  const mcrouters = caches.map(({ name, servers }) =>
    objectOf('mcrouter', name, undefined, { spec: { memcached: { shards: servers.length, copies: 1 } } }),
  )
  return {
    '/apis/mcrouter.example.com/v1beta1/mcrouters': mcrouters,
    '/apis/apps/v1/statefulsets': caches.map(({ name }) =>
      objectOf('set', `${name}-memcached`, `mcrouter ${name}`),
    ),
    '/apis/apps/v1/daemonsets': [],
    '/apis/apps/v1/deployments': caches.map(({ name }) => objectOf('deployment', name, `mcrouter ${name}`)),
    '/apis/apps/v1/replicasets': caches.map(({ name }) =>
      objectOf('replicaset', `${name}-7d`, `deployment ${name}`),
    ),
    '/api/v1/pods': caches.flatMap(podsOf),
  }
}

function podsOf({ name, servers, routers }: CachePods): JsonObject[] {
  return [
    ...servers.map((at, index) =>
      podOf('memcached', `${name}-memcached-${index}`, `set ${name}-memcached`, at),
    ),
    ...routers.map((at, index) => podOf('mcrouter', `${name}-7d-${index}`, `replicaset ${name}-7d`, at)),
  ]
}

function podOf(component: string, name: string, owner: string, { host, port }: PodAddress): JsonObject {
  const container = {
    name: component,
    image: component,
    args: Array(12).fill('--option=value'),
    ports: [{ containerPort: port }],
  }
  const condition = { type: 'Ready', status: 'True', lastTransitionTime: '2026-01-01T00:00:00Z' }
  const managed = { manager: 'kubelet', operation: 'Update', fieldsV1: { 'f:status': 'x'.repeat(2_000) } }
  const pod = objectOf('pod', name, owner, {
    spec: { containers: [container] },
    status: { phase: 'Running', podIP: host, conditions: Array(5).fill(condition) },
  })
  const labels = { 'app.kubernetes.io/component': component, 'app.kubernetes.io/instance': name }
  return { ...pod, metadata: { ...Object(pod.metadata), labels, managedFields: [managed] } }
}

/** Its uid is its kind and its name. */
function objectOf(kind: string, name: string, owner: string | undefined, rest: JsonObject = {}): JsonObject {
  const reference = { apiVersion: 'v1', kind: 'Any', name: 'any', uid: owner, controller: true }
  const metadata = { name, namespace: 'default', uid: `${kind} ${name}`, resourceVersion: '1' }
  return { metadata: { ...metadata, ...(owner !== undefined && { ownerReferences: [reference] }) }, ...rest }
}
