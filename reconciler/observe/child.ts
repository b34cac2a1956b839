import type { EpochMs } from '../../process/clock.ts'
import type { JsonObject } from '../../schemas/json.ts'
import type { KubeObject, ObjectMeta } from '../kube/api.ts'
import { FIELD_MANAGER } from '../kube/objects.ts'
import { appliedAt, lastOtherManager, ownedFields } from './owned.ts'
import { type Published, publishedIn } from './published.ts'
import { count } from './untyped.ts'

/** An object that a Mcrouter expanded to, as it is now: what we own of it, and what its controller says. */
export interface Child extends KubeObject {
  /** The fields that we applied and that nobody has changed since, with their values. */
  readonly owned: JsonObject
  /** When an apply of ours last changed it; 0 for never. */
  readonly appliedAt: EpochMs
  /** Which other field manager changed it last; empty for none. */
  readonly changedBy: string
  /** spec.replicas of a workload, whoever set it. */
  readonly replicas: number
  readonly status: JsonObject
  /** Of a ConfigMap. */
  readonly published: Published | undefined
}

/** The form in which caches keep children: a tenth of the whole object, and all that a pass reads. */
export function transformChild(object: KubeObject): Child {
  const { apiVersion, kind, metadata, spec, status = {} } = object
  const { name, namespace, uid, resourceVersion, generation, deletionTimestamp, labels, ownerReferences } =
    metadata
  return {
    apiVersion,
    kind,
    metadata: {
      name,
      uid,
      resourceVersion,
      ...(namespace !== undefined && { namespace }),
      ...(generation !== undefined && { generation }),
      ...(deletionTimestamp !== undefined && { deletionTimestamp }),
      ...(labels !== undefined && { labels }),
      ...(ownerReferences !== undefined && { ownerReferences }),
    },
    owned: ownedFields(object, FIELD_MANAGER),
    appliedAt: appliedAt(object, FIELD_MANAGER) ?? 0,
    changedBy: lastOtherManager(object, FIELD_MANAGER),
    replicas: count(spec?.replicas),
    status,
    published: kind === 'ConfigMap' ? publishedIn(object) : undefined,
  }
}

/** Whether a cached object is what {@link transformChild} made, and not but an outline. */
export function isChild(cached: KubeObject): cached is Child {
  return cached.owned !== undefined
}

/** Whether the object has that owner. */
export function isOwnedBy(metadata: ObjectMeta, uid: string): boolean {
  return (metadata.ownerReferences ?? []).some((owner) => owner.uid === uid)
}
