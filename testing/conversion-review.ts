import { isJsonObject, type JsonObject } from '../schemas/json.ts'
import { KIND } from '../schemas/well-known.ts'
import { UID } from './review.ts'

/** A Mcrouter as the API server sends it. */
export function storedObject(apiVersion: string, spec: unknown, metadata: JsonObject = {}): JsonObject {
  return {
    apiVersion,
    kind: KIND,
    metadata: { name: 'cache', namespace: 'shop', uid: 'u', ...metadata },
    ...(spec !== undefined && { spec }),
  }
}

/** A ConversionReview as the API server sends it. */
export function conversionReview(desiredAPIVersion: string, objects: unknown): JsonObject {
  return {
    kind: 'ConversionReview',
    apiVersion: 'apiextensions.k8s.io/v1',
    request: { uid: UID, desiredAPIVersion, objects },
    response: { uid: '', convertedObjects: null, result: { metadata: {} } },
  }
}

/** The objects of an answer, if it has the form that the API server asks for. */
export function convertedObjects(body: unknown): readonly unknown[] {
  if (
    !isJsonObject(body) ||
    body.kind !== 'ConversionReview' ||
    body.apiVersion !== 'apiextensions.k8s.io/v1'
  )
    throw new Error(`no ConversionReview: ${JSON.stringify(body)}`)
  const { response } = body
  if (!isJsonObject(response) || response.uid !== UID || !isJsonObject(response.result))
    throw new Error(`no response: ${JSON.stringify(body)}`)
  if (response.result.status !== 'Success' || !Array.isArray(response.convertedObjects))
    throw new Error(`not converted: ${JSON.stringify(response.result)}`)
  return response.convertedObjects
}
