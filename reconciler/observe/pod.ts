import type { EpochMs } from '../../process/clock.ts'
import { type Component, tierOf } from '../../render/labels.ts'
import { speaksTls } from '../../render/ports.ts'
import { copyNamed, poolName } from '../../routing/servers.ts'
import { POOL_SIZE } from '../../schemas/pool-size.ts'
import { COMPONENT_LABEL, INSTANCE_LABEL, KIND, NUDGE_ANNOTATION } from '../../schemas/well-known.ts'
import type { KubeObject, ObjectMeta, OwnerReference } from '../kube/api.ts'
import { type BuiltInObject, findCondition, isOfKind } from '../kube/built-in.ts'
import { partialMetadata } from '../kube/object.ts'
import { itemSizeIn } from './item-size.ts'
import { type PodFailure, podFailureOf } from './pod-failure.ts'
import { type Restart, restartIn } from './restart.ts'
import { time } from './untyped.ts'

/** What a reconcile reads of a pod beside its metadata. */
interface PodState {
  readonly component: Component
  /** Of a memcached server the name of its pool; empty for a router. */
  readonly pool: string
  /** Of a memcached server of a copy that is in a zone, the place of that; undefined for any other. */
  readonly copy: number | undefined
  /** Of a memcached server in its StatefulSet; -1 for a router. */
  readonly ordinal: number
  /** Empty before it has one. */
  readonly ip: string
  /** On which its container listens; 0 when it says none. It is not the spec's while a new one is rolled out. */
  readonly port: number
  /** Whether TLS is spoken there. */
  readonly tls: boolean
  /** On which TLS is spoken; 0 for none. */
  readonly tlsPort: number
  readonly ready: boolean
  /** When it last became Ready or stopped being it, before that when it was made. */
  readonly turnedAt: EpochMs
  /** Of a memcached server: its word for the largest item, as it was started with; empty without one. */
  readonly itemSize: string
  /** Whether its container runs, Ready or not. */
  readonly running: boolean
  readonly deleting: boolean
  /** When its container started; 0 while it does not run. */
  readonly startedAt: EpochMs
  /** Value of our annotation that hastens kubelet. */
  readonly nudged: string
  /** Made by the Ansible operator, and adopted as it was. */
  readonly adopted: boolean
  /** Of a memcached server: when the certificate ends that the operator issues for it, which it may not have read yet. */
  readonly issuedUntil?: EpochMs
  readonly trouble: PodFailure | undefined
  /** Of the container of the tier. */
  readonly restart: Restart | undefined
}

/** A pod of a Mcrouter. */
export type Pod = KubeObject & PodState

/**
 * The form in which caches keep pods, each a {@link Pod} but those that are of no tier, or not named as one of the servers would
 * be: anybody can label a pod. Of these only labels and phase, by which pods are grouped, and owner references are kept.
 */
export function transformPod(object: KubeObject): KubeObject {
  const { apiVersion, kind, metadata, status } = object
  const { labels, ownerReferences } = metadata
  const found = isOfKind(object, 'Pod') ? stateOf(object) : undefined
  return {
    apiVersion,
    kind,
    metadata: {
      ...partialMetadata(metadata),
      ...(labels !== undefined && { labels }),
      ...(ownerReferences !== undefined && { ownerReferences: ownerReferences.filter(isOwner) }),
    },
    status: { phase: status?.phase },
    ...found,
  }
}

/** Whether a cached object is one of the pods of {@link transformPod} that are of a tier. */
export function isPod(cached: KubeObject): cached is Pod {
  return cached.component !== undefined
}

/** Whether a reference says whose a pod is: to its controller, or to a Mcrouter that took it over. */
function isOwner({ controller, kind }: OwnerReference): boolean {
  return controller === true || kind === KIND
}

function stateOf(object: BuiltInObject<'Pod'>): PodState | undefined {
  const { metadata, spec = {}, status = {} } = object
  const place = placeOf(metadata)
  if (place === undefined) return undefined
  const { component } = place
  const { creationTimestamp, deletionTimestamp, labels = {}, annotations = {} } = metadata
  const ready = findCondition(status, 'Ready')
  // A webhook of somebody else may put a container of its own beside that of the tier, and first.
  const isOwn = ({ name }: { readonly name?: string }) => name === component
  const container = status.containerStatuses?.find(isOwn) ?? {}
  const specified = spec.containers?.find(isOwn)
  const [port = {}] = specified?.ports ?? []
  const startedAt = time(container.state?.running?.startedAt) ?? 0
  return {
    ...place,
    ip: status.podIP ?? '',
    port: port.containerPort ?? 0,
    tls: speaksTls(port),
    tlsPort: specified?.ports?.find(speaksTls)?.containerPort ?? 0,
    ready: ready?.status === 'True',
    turnedAt: time(ready?.lastTransitionTime ?? creationTimestamp) ?? 0,
    itemSize: component === 'memcached' ? itemSizeIn(specified?.args) : '',
    running: startedAt > 0,
    deleting: deletionTimestamp !== undefined,
    startedAt,
    nudged: annotations[NUDGE_ANNOTATION] ?? '',
    // By exactly this the Ansible operator's selectors find it: with another value, `app` is somebody's own label on a pod of ours.
    adopted: labels.app === `${labels[INSTANCE_LABEL] ?? ''}-cache`,
    trouble: podFailureOf(object),
    restart: restartIn(container),
  }
}

/** Of which tier a pod is, by its labels and its name. */
function placeOf({
  name,
  labels = {},
}: ObjectMeta): Pick<PodState, 'component' | 'pool' | 'copy' | 'ordinal'> | undefined {
  const tier = tierOf(labels[COMPONENT_LABEL])
  if (tier === undefined) return undefined
  if (tier === 'mcrouter') return { component: tier, pool: '', copy: undefined, ordinal: -1 }
  const { pool } = tier
  const place = serverIn(name, { name: labels[INSTANCE_LABEL] ?? '' }, pool)
  return place && { component: 'memcached', pool, ...place }
}

/** Of a pod that a StatefulSet of that pool of such a Mcrouter can have; undefined for any other. */
function serverIn(
  pod: string,
  mcrouter: { readonly name: string },
  pool: string,
): Pick<PodState, 'copy' | 'ordinal'> | undefined {
  const [, statefulSet = '', digits] = /^(.+)-(0|[1-9]\d*)$/.exec(pod) ?? []
  const ordinal = Number(digits)
  if (digits === undefined || ordinal >= POOL_SIZE.maximum) return undefined
  if (statefulSet === poolName(mcrouter, pool)) return { copy: undefined, ordinal }
  const inZone = copyNamed(mcrouter, statefulSet)
  return inZone?.pool === pool ? { copy: inZone.copy, ordinal } : undefined
}
