import { isJsonObject, type JsonObject } from '../../schemas/json.ts'
import type { KubeObject, ObjectKey, ObjectMeta, Resource } from './api.ts'
import { ApiError } from './connection/errors.ts'

/**
 * An object as the API server sent it. Items of a list carry neither apiVersion nor kind, so those come from the
 * resource.
 *
 * @throws ApiError with reason Malformed when it has no name, uid or resourceVersion
 */
export function toKubeObject(resource: Resource, value: unknown): KubeObject {
  if (isJsonObject(value)) {
    const object = { apiVersion: resource.apiVersion, kind: resource.kind, ...value }
    if (isKubeObject(object)) return object
  }
  throw new ApiError(`not a ${resource.kind}: ${JSON.stringify(value)?.slice(0, 100)}`, {
    status: 0,
    reason: 'Malformed',
  })
}

function isKubeObject(value: JsonObject): value is JsonObject & KubeObject {
  const { metadata } = value
  return (
    isJsonObject(metadata) &&
    typeof metadata.name === 'string' &&
    typeof metadata.uid === 'string' &&
    typeof metadata.resourceVersion === 'string'
  )
}

/** What of its metadata says which object it is, in which state, and whether it is on its way out: all that every cache keeps. */
export function partialMetadata({
  name,
  namespace,
  uid,
  resourceVersion,
  generation,
  deletionTimestamp,
}: ObjectMeta): ObjectMeta {
  return {
    name,
    uid,
    resourceVersion,
    ...(namespace !== undefined && { namespace }),
    ...(generation !== undefined && { generation }),
    ...(deletionTimestamp !== undefined && { deletionTimestamp }),
  }
}

/** `namespace/name`, or `name` for a cluster-scoped object, as `kubectl` and client-go's caches write it. */
export function keyText(key: ObjectKey): string {
  return key.namespace === undefined ? key.name : `${key.namespace}/${key.name}`
}

/** The inverse of {@link keyText}; neither part can contain a slash. */
export function parseKey(text: string): ObjectKey {
  const slash = text.indexOf('/')
  return slash < 0 ? { name: text } : { namespace: text.slice(0, slash), name: text.slice(slash + 1) }
}

export function keyOf(object: { readonly metadata: KubeObject['metadata'] }): ObjectKey {
  const { namespace, name } = object.metadata
  return namespace === undefined ? { name } : { namespace, name }
}
