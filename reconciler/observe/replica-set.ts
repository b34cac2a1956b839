import { COMPONENT_LABEL, COPY_LABEL, INSTANCE_LABEL, NAME_LABEL } from '../../schemas/well-known.ts'
import type { KubeObject } from '../kube/api.ts'
import { partialMetadata } from '../kube/object.ts'
import { controllerOf } from './controller-ref.ts'

/** By it, a ReplicaSet tells its pods from those of the others of its Deployment. */
export const HASH_LABEL = 'pod-template-hash'

/** Labels that say whose it is and which its pods are; somebody may have added any number of others. */
const READ: readonly string[] = [NAME_LABEL, INSTANCE_LABEL, COMPONENT_LABEL, COPY_LABEL, HASH_LABEL]

/** The form in which caches keep ReplicaSets: whose they are, and nothing of what they run. */
export function transformReplicaSet({ apiVersion, kind, metadata }: KubeObject): KubeObject {
  const { labels = {} } = metadata
  const controller = controllerOf(metadata)
  const kept = READ.flatMap((label) => (labels[label] === undefined ? [] : [[label, labels[label]]]))
  return {
    apiVersion,
    kind,
    metadata: {
      ...partialMetadata(metadata),
      labels: Object.fromEntries(kept),
      ...(controller !== undefined && { ownerReferences: [controller] }),
    },
  }
}
