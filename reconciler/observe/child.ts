import type { EpochMs } from '../../process/clock.ts'
import { CONFIG_KEY } from '../../routing/flags.ts'
import type { JsonObject } from '../../schemas/json.ts'
import type { KubeObject } from '../kube/api.ts'
import { isOfKind, type WorkloadStatus } from '../kube/built-in.ts'
import { partialMetadata } from '../kube/object.ts'
import { FIELD_MANAGER } from '../kube/objects.ts'
import { appliedAt, lastOtherManager, ownedFields } from './owned.ts'
import { type Published, publishedIn } from './published.ts'
import { record } from './untyped.ts'

/** An object that a Mcrouter expanded to, as it is now: what we own of it, and what its controller says. */
export interface Child extends KubeObject {
  /** The fields that we applied and that nobody has changed since, with their values. */
  readonly owned: JsonObject
  /** When an apply of ours last changed it; 0 for never. */
  readonly appliedAt: EpochMs
  /** Which other field manager changed it last; empty for none. */
  readonly changedBy: string
  /** How many pods a workload is to have: spec.replicas, whoever set it, or the nodes that are to have one. */
  readonly replicas: number
  /** Of a workload. */
  readonly status: WorkloadStatus
  /** Of a ConfigMap. */
  readonly published: Published | undefined
}

/** The form in which caches keep children: a tenth of the whole object, and all that a pass reads. */
export function transformChild(object: KubeObject): Child {
  const { apiVersion, kind, metadata } = object
  const { labels, ownerReferences } = metadata
  const owned = ownedFields(object, FIELD_MANAGER)
  const isWorkload = isOfKind(object, 'StatefulSet') || isOfKind(object, 'Deployment')
  const daemonSet = isOfKind(object, 'DaemonSet') ? (object.status ?? {}) : undefined
  return {
    apiVersion,
    kind,
    metadata: {
      ...partialMetadata(metadata),
      ...(labels !== undefined && { labels }),
      ...(ownerReferences !== undefined && { ownerReferences }),
    },
    owned,
    appliedAt: appliedAt(object, FIELD_MANAGER) ?? 0,
    changedBy: lastOtherManager(object, FIELD_MANAGER),
    replicas: isWorkload ? (object.spec?.replicas ?? 0) : (daemonSet?.desiredNumberScheduled ?? 0),
    status: isWorkload ? (object.status ?? {}) : (daemonSet ?? {}),
    // What somebody else wrote in its place is theirs, and says nothing of what routers were told.
    published: isOfKind(object, 'ConfigMap') && isConfigured(owned) ? publishedIn(object) : undefined,
  }
}

function isConfigured({ data }: JsonObject): boolean {
  return record(data)[CONFIG_KEY] !== undefined
}

/** Whether a cached object is what {@link transformChild} made, and not but an outline. */
export function isChild(cached: KubeObject): cached is Child {
  return cached.owned !== undefined
}
