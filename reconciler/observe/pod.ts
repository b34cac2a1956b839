import type { EpochMs } from '../../process/clock.ts'
import { type Component, tierOf } from '../../render/labels.ts'
import { poolName } from '../../routing/servers.ts'
import type { JsonObject } from '../../schemas/json.ts'
import { POOL_SIZE } from '../../schemas/pool-size.ts'
import { COMPONENT_LABEL, INSTANCE_LABEL, KIND, NUDGE_ANNOTATION } from '../../schemas/well-known.ts'
import type { KubeObject, OwnerReference } from '../kube/api.ts'
import { type PodFailure, podFailureOf } from './pod-failure.ts'
import { type Restart, restartIn } from './restart.ts'
import { condition, count, record, records, text, time } from './untyped.ts'

/** What a reconcile wants to know of a pod. */
export interface Pod {
  readonly name: string
  readonly namespace: string
  readonly uid: string
  readonly component: Component
  /** Of a memcached server the name of its pool; empty for a router. */
  readonly pool: string
  /** Of a memcached server; -1 for a router. */
  readonly ordinal: number
  /** Empty before it has one. */
  readonly ip: string
  /** On which its container listens; 0 when it says none. It is not the spec's while a new one is rolled out. */
  readonly port: number
  readonly ready: boolean
  /** When it last became Ready or stopped being it, before that when it was made. */
  readonly turnedAt: EpochMs
  /** Whether its container runs, Ready or not. */
  readonly running: boolean
  readonly deleting: boolean
  /** When its container started; 0 while it does not run. */
  readonly startedAt: EpochMs
  /** Value of our annotation that hastens kubelet. */
  readonly nudged: string
  /** Made by the Ansible operator, and adopted as it was. */
  readonly adopted: boolean
  readonly trouble: PodFailure | undefined
  /** Of the container of the tier. */
  readonly restart: Restart | undefined
}

/** The form in which caches keep pods: what {@link podOf} needs. */
export function transformPod({ apiVersion, kind, metadata, spec = {}, status = {} }: KubeObject): KubeObject {
  const { name, namespace, uid, resourceVersion, creationTimestamp, deletionTimestamp } = metadata
  const { labels, annotations, ownerReferences } = metadata
  const nudged = annotations?.[NUDGE_ANNOTATION]
  const { phase, reason, message, podIP, conditions, initContainerStatuses, containerStatuses } = status
  return {
    apiVersion,
    kind,
    metadata: {
      name,
      uid,
      resourceVersion,
      ...(namespace !== undefined && { namespace }),
      ...(creationTimestamp !== undefined && { creationTimestamp }),
      ...(deletionTimestamp !== undefined && { deletionTimestamp }),
      ...(labels !== undefined && { labels }),
      ...(ownerReferences !== undefined && { ownerReferences: ownerReferences.filter(isOwner) }),
      ...(nudged !== undefined && { annotations: { [NUDGE_ANNOTATION]: nudged } }),
    },
    spec: { containers: records(spec.containers).map(({ name, ports }) => ({ name, ports })) },
    status: { phase, reason, message, podIP, conditions, initContainerStatuses, containerStatuses },
  }
}

/** Whether a reference says whose a pod is: to its controller, or to a Mcrouter that took it over. */
function isOwner({ controller, kind }: OwnerReference): boolean {
  return controller === true || kind === KIND
}

/** Undefined for a pod that is of no component, or not named as one of the servers would be: anybody can label a pod. */
export function podOf(object: KubeObject): Pod | undefined {
  const labels = record(object.metadata.labels)
  const tier = tierOf(labels[COMPONENT_LABEL])
  if (tier === undefined) return undefined
  const [component, pool] = tier === 'mcrouter' ? [tier, ''] : (['memcached', tier.pool] as const)
  const instance = text(labels[INSTANCE_LABEL])
  const ordinal = component === 'memcached' ? ordinalIn(object.metadata.name, instance, pool) : -1
  if (ordinal === undefined) return undefined
  const { name, namespace = '', uid, creationTimestamp, deletionTimestamp, annotations } = object.metadata
  const ready = condition(object.status, 'Ready')
  const container = own(record(object.status).containerStatuses, component)
  const startedAt = time(record(record(container.state).running).startedAt) ?? 0
  return {
    name,
    namespace,
    uid,
    component,
    pool,
    ordinal,
    ip: text(record(object.status).podIP),
    port: count(records(own(object.spec?.containers, component).ports)[0]?.containerPort),
    ready: ready?.status === 'True',
    turnedAt: time(ready?.lastTransitionTime ?? creationTimestamp) ?? 0,
    running: startedAt > 0,
    deleting: deletionTimestamp !== undefined,
    startedAt,
    nudged: annotations?.[NUDGE_ANNOTATION] ?? '',
    // By exactly this the Ansible operator's selectors find it: with another value, `app` is somebody's own label on a pod of ours.
    adopted: labels.app === `${instance}-cache`,
    trouble: podFailureOf(object),
    restart: restartIn(container),
  }
}

/** Of a pod that the StatefulSet of that pool of such a Mcrouter can have; undefined for any other. */
function ordinalIn(pod: string, mcrouter: string, pool: string): number | undefined {
  const prefix = `${poolName({ name: mcrouter }, pool)}-`
  const digits = pod.slice(prefix.length)
  const ordinal = Number(digits)
  const canBe = pod.startsWith(prefix) && /^(0|[1-9]\d*)$/.test(digits) && ordinal < POOL_SIZE.maximum
  return canBe ? ordinal : undefined
}

/** The container of the tier: a webhook of somebody else may put its own beside it, and first. */
function own(containers: unknown, component: Component): JsonObject {
  return records(containers).find(({ name }) => name === component) ?? {}
}
