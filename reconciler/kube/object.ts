import { isJsonObject, type JsonObject } from '../../schemas/json.ts'
import type { KubeObject, Resource } from './api.ts'
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
