import { isDeepStrictEqual } from 'node:util'
import type { JsonObject } from '../../schemas/json.ts'
import type { KubeObject, Resource } from '../kube/api.ts'
import { keyOf } from '../kube/object.ts'
import { labelSelector } from '../kube/paths.ts'
import { isOwnedBy } from '../observe/controller-ref.ts'
import { record } from '../observe/untyped.ts'
import { sharedReferences } from '../plan/owner.ts'
import type { ReconcileContext } from '../reconcile-context.ts'

/** The objects of a resource that a workload controls. */
export async function controlledBy(
  context: ReconcileContext,
  workload: KubeObject,
  resource: Resource,
): Promise<KubeObject[]> {
  const { namespace = '', uid } = workload.metadata
  const selector = labelSelector(labelsSelectedBy(workload))
  const keep = (object: KubeObject) => (isOwnedBy(object.metadata, uid) ? withoutContent(object) : undefined)
  return [
    ...(await context.api.list(resource, {
      namespace,
      labelSelector: selector,
      keep,
      signal: context.signal,
    })),
  ]
}

/** What a release reads and writes, and how many pods are meant to be there. */
function withoutContent({ apiVersion, kind, metadata, spec }: KubeObject): KubeObject {
  const { managedFields: _, annotations: __, ...kept } = metadata
  return {
    apiVersion,
    kind,
    metadata: kept,
    ...(spec?.replicas !== undefined && { spec: { replicas: spec.replicas } }),
  }
}

/** The labels by which a workload finds what it controls. */
export function labelsSelectedBy(workload: KubeObject): JsonObject {
  return record(record(workload.spec?.selector).matchLabels)
}

/**
 * Prepares an object for the time in which it has no controller: it gets the labels by which the next one finds it (null
 * takes one away), and goes away with the Mcrouter should there never be a next one.
 */
export async function release(
  context: ReconcileContext,
  resource: Resource,
  object: KubeObject,
  labels: JsonObject,
): Promise<void> {
  const { resourceVersion, ownerReferences = [] } = object.metadata
  const wanted = {
    labels: { ...object.metadata.labels, ...labels },
    ownerReferences: sharedReferences(object, context.mcrouter),
  }
  if (isDeepStrictEqual(wanted, { labels: object.metadata.labels ?? {}, ownerReferences })) return
  const patch = { metadata: { resourceVersion, ...wanted } }
  await context.api.merge(resource, keyOf(object), patch, { signal: context.signal })
}
