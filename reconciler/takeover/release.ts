import { isDeepStrictEqual } from 'node:util'
import type { JsonObject } from '../../schemas/json.ts'
import type { KubeObject, Resource } from '../kube/api.ts'
import { keyOf } from '../kube/key.ts'
import { isOwnedBy } from '../observe/child.ts'
import { record, text } from '../observe/reading.ts'
import type { Pass } from '../pass.ts'
import { sharedReferences } from './belonging.ts'

/** The objects of a resource that a workload controls. */
export async function controlledBy(
  pass: Pass,
  workload: KubeObject,
  resource: Resource,
): Promise<KubeObject[]> {
  const { namespace = '', uid } = workload.metadata
  const labelSelector = Object.entries(record(record(workload.spec?.selector).matchLabels))
    .map(([label, value]) => `${label}=${text(value)}`)
    .join(',')
  const found = await pass.api.list(resource, { namespace, labelSelector, signal: pass.signal })
  return found.filter((object) => isOwnedBy(object.metadata, uid))
}

/**
 * Prepares an object for the time in which it has no controller: it gets the labels by which the next one finds it, and
 * goes away with the Mcrouter should there never be a next one.
 */
export async function release(
  pass: Pass,
  resource: Resource,
  object: KubeObject,
  labels: JsonObject,
): Promise<void> {
  const { resourceVersion, ownerReferences = [] } = object.metadata
  const wanted = {
    labels: { ...object.metadata.labels, ...labels },
    ownerReferences: sharedReferences(object, pass.mcrouter),
  }
  if (isDeepStrictEqual(wanted, { labels: object.metadata.labels ?? {}, ownerReferences })) return
  const patch = { metadata: { resourceVersion, ...wanted } }
  await pass.api.merge(resource, keyOf(object), patch, { signal: pass.signal })
}
