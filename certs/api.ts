import type { JsonObject } from '../schemas/json.ts'

export interface Resource {
  readonly apiVersion: string
  readonly kind: string
  readonly plural: string
}

export interface ObjectKey {
  /** Undefined for a cluster-scoped object. */
  readonly namespace?: string
  readonly name: string
}

export interface StoredObject {
  readonly metadata: { readonly resourceVersion: string }
  readonly [field: string]: unknown
}

/**
 * The calls to the Kubernetes API that certificates need, passed in by who has a connection. Both reject when the API
 * server refuses them, 409 after a lost race among others; that is not handled here: the pass is made again.
 */
export interface CertificateApi {
  /** Undefined when there is none. */
  get(resource: Resource, key: ObjectKey, signal?: AbortSignal): Promise<StoredObject | undefined>
  /** RFC 7386 merge patch; a resourceVersion in its metadata is a precondition. */
  merge(
    resource: Resource,
    key: ObjectKey,
    patch: JsonObject,
    options?: { readonly signal?: AbortSignal },
  ): Promise<StoredObject>
}

export const SECRETS: Resource = { apiVersion: 'v1', kind: 'Secret', plural: 'secrets' }
