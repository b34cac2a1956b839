import { ownedOnly, transformMcrouter, transformPod } from '../../exporter/targets/sources.ts'
import { type Link, Targets } from '../../exporter/targets/targets.ts'
import type { KubeObject } from '../../reconciler/kube/api.ts'
import { keyOf } from '../../reconciler/kube/object.ts'
import type { JsonObject } from '../../schemas/json.ts'

interface Meta {
  readonly name: string
  readonly namespace?: string
  readonly uid?: string
  /** uid of its controller. */
  readonly owner?: string
}

/** Its uid is its kind and its name, unless told otherwise. */
export function objectOf(
  kind: string,
  { name, namespace = 'shop', uid, owner }: Meta,
  rest: JsonObject = {},
): KubeObject {
  const reference = { apiVersion: 'apps/v1', kind: 'Any', name: 'any', uid: owner ?? '', controller: true }
  return {
    apiVersion: 'v1',
    kind,
    metadata: {
      name,
      namespace,
      uid: uid ?? `${kind} ${name}`,
      resourceVersion: '1',
      ...(owner !== undefined && { ownerReferences: [reference] }),
    },
    ...rest,
  }
}

export function podOf(component: string, meta: Meta, ip: string, rest: JsonObject = {}): KubeObject {
  const name = component.startsWith('memcached') ? 'memcached' : component
  const ports = [{ containerPort: name === 'memcached' ? 11211 : 5000 }]
  const pod = objectOf('Pod', meta)
  return {
    ...pod,
    metadata: { ...pod.metadata, labels: { 'app.kubernetes.io/component': component } },
    spec: {
      containers: [
        { name: 'sidecar', ports: [{ containerPort: 1 }] },
        { name, ports },
      ],
    },
    status: { podIP: ip, phase: 'Running' },
    ...rest,
  }
}

/** Of the shop, with a second pool. */
export const CACHE = objectOf(
  'Mcrouter',
  { name: 'cache' },
  {
    spec: {
      memcached: { shards: 2, copies: 2 },
      pools: [{ name: 'users', shards: 1, copies: 3 }],
    },
  },
)

/** What the watches would have told of these objects. */
export function targetsOf(...objects: readonly KubeObject[]): Targets {
  const targets = new Targets()
  for (const object of objects) put(targets, object)
  return targets
}

export function put(targets: Targets, object: KubeObject): void {
  const key = keyOf(object)
  if (object.kind === 'Mcrouter') targets.mcrouterChanged(key, transformMcrouter(object))
  else if (object.kind === 'Pod') targets.podChanged(key, transformPod(object))
  else targets.linkChanged(linkOf(object), key, ownedOnly(object))
}

export function linkOf({ kind }: KubeObject): Link {
  if (kind === 'StatefulSet' || kind === 'Deployment' || kind === 'ReplicaSet' || kind === 'DaemonSet')
    return kind
  throw new Error(`${kind} leads to no Mcrouter`)
}
