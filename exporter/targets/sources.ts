import type { KubeObject, OwnerReference } from '../../reconciler/kube/api.ts'
import { isOfKind } from '../../reconciler/kube/built-in.ts'
import { partialMetadata } from '../../reconciler/kube/object.ts'
import { controllerOf } from '../../reconciler/observe/controller-ref.ts'
import { type Component, tierOf } from '../../render/labels.ts'
import { speaksTls } from '../../render/ports.ts'
import { valueAt } from '../../schemas/fields.ts'
import { isJsonObject } from '../../schemas/json.ts'
import { MAIN_POOL, MOST_POOLS } from '../../schemas/mcrouter.ts'
import { STORED } from '../../schemas/versions.ts'
import { COMPONENT_LABEL } from '../../schemas/well-known.ts'
import type { Layouts } from './target.ts'

/** What is kept of a pod that has an address and may still answer. */
export interface PodSource {
  readonly host: string
  /** Of the container of its tier. */
  readonly port: number
  /** Whether that port speaks TLS. */
  readonly tls: boolean
  /** With TLS, beside that port; 0 where there is none. */
  readonly tlsPort: number
  readonly component: Component
}

/** The form in which pods are cached; undefined for those that can be no target. */
export function transformPod(object: KubeObject): KubeObject | undefined {
  if (!isOfKind(object, 'Pod')) return undefined
  const { metadata, spec = {}, status = {} } = object
  const tier = tierOf(metadata.labels?.[COMPONENT_LABEL])
  const component = tier === 'mcrouter' ? tier : 'memcached'
  // A webhook of somebody else may put a container of its own beside that of the tier, and first.
  const [port, ...others] = spec.containers?.find((container) => container.name === component)?.ports ?? []
  const isOver = status.phase === 'Succeeded' || status.phase === 'Failed'
  // One in the network of its node has that node's address, and so that of everything that listens there.
  if (tier === undefined || isOver || spec.hostNetwork === true || !status.podIP || !port?.containerPort)
    return undefined
  const source: PodSource = {
    host: status.podIP,
    port: port.containerPort,
    tls: speaksTls(port),
    tlsPort: others.find(speaksTls)?.containerPort ?? 0,
    component,
  }
  return { ...ownedOnly(object), ...source }
}

/** What {@link transformPod} kept. */
export function podSourceIn(cached: KubeObject): PodSource | undefined {
  const { host, port, tls, tlsPort, component } = cached
  if (typeof host !== 'string' || typeof tls !== 'boolean') return undefined
  if (typeof port !== 'number' || typeof tlsPort !== 'number') return undefined
  if (component !== 'mcrouter' && component !== 'memcached') return undefined
  return { host, port, tls, tlsPort, component }
}

/** The form in which workloads and ReplicaSets are cached: whose they are. */
export function ownedOnly({ apiVersion, kind, metadata }: KubeObject): KubeObject {
  const controller = controllerOf(metadata)
  const ownerReferences: OwnerReference[] = controller === undefined ? [] : [controller]
  return { apiVersion, kind, metadata: { ...partialMetadata(metadata), ownerReferences } }
}

/** The form in which Mcrouters are cached: how many copies their pools have. */
export function transformMcrouter(object: KubeObject): KubeObject {
  const { apiVersion, kind, metadata, spec } = object
  return { apiVersion, kind, metadata: partialMetadata(metadata), layouts: [...layoutsOf(spec)] }
}

/** What was stored without a webhook may be anything. */
function* layoutsOf(
  spec: unknown,
): Generator<readonly [pool: string, layout: { shards: number; copies: number }]> {
  const settled = isJsonObject(spec) ? STORED.settled(spec) : {}
  for (let pool = 0; pool < MOST_POOLS; pool++) {
    const name = pool === 0 ? MAIN_POOL : valueAt(settled, STORED.keysOf('pool.name', pool))
    if (typeof name !== 'string') return
    const shards = countIn(valueAt(settled, STORED.keysOf('pool.shards', pool)))
    const copies = countIn(valueAt(settled, STORED.keysOf('pool.copies', pool)))
    yield [name, { shards, copies }]
  }
}

function countIn(value: unknown): number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : 1
}

/** What {@link transformMcrouter} kept; empty for anything else. */
export function layoutsIn({ layouts }: KubeObject): Layouts {
  return new Map(Array.isArray(layouts) ? layouts : [])
}
