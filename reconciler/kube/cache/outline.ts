import type { KubeObject } from '../api.ts'
import { partialMetadata } from '../object.ts'

/**
 * What a store keeps of an object that would take too much memory: its identity and its owner. Whoever needs the rest reads
 * it from the API server.
 */
export function outlineOf({ apiVersion, kind, metadata }: KubeObject): KubeObject {
  const controller = metadata.ownerReferences?.find((owner) => owner.controller === true)
  return {
    apiVersion,
    kind,
    metadata: {
      ...partialMetadata(metadata),
      ...(controller !== undefined && { ownerReferences: [controller] }),
    },
    outline: true,
  }
}

export function isOutline(object: KubeObject): boolean {
  return object.outline === true
}
