import type { KubeObject } from '../api.ts'

/**
 * An object of which a store keeps no more than which one it is and whose, because the whole would take too much memory. Who
 * needs the rest reads it from the API server.
 */
export function outlineOf({ apiVersion, kind, metadata }: KubeObject): KubeObject {
  const { name, namespace, uid, resourceVersion, generation, deletionTimestamp, ownerReferences } = metadata
  const controller = ownerReferences?.find((owner) => owner.controller === true)
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
      ...(controller !== undefined && { ownerReferences: [controller] }),
    },
    outline: true,
  }
}

export function isOutline(object: KubeObject): boolean {
  return object.outline === true
}
