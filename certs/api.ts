import type { JsonObject } from '../schemas/json.ts'

export interface Resource {
  readonly apiVersion: string
  readonly kind: string
  readonly plural: string
  readonly namespaced: boolean
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
 * The calls to the Kubernetes API that certificates need, passed in by who has a connection.
 * Every one rejects when the API server refuses it (409 on a lost race), and nothing here handles that: the pass that
 * made the call is simply made again.
 */
export interface CertificateApi {
  /** Undefined when there is none. */
  get(resource: Resource, key: ObjectKey, signal?: AbortSignal): Promise<StoredObject | undefined>
  create(
    resource: Resource,
    object: JsonObject,
    options?: { readonly signal?: AbortSignal },
  ): Promise<StoredObject>
  /** RFC 7386 merge patch; a resourceVersion in its metadata is a precondition. */
  merge(
    resource: Resource,
    key: ObjectKey,
    patch: JsonObject,
    options?: { readonly signal?: AbortSignal },
  ): Promise<StoredObject>
}

export const SECRETS: Resource = { apiVersion: 'v1', kind: 'Secret', plural: 'secrets', namespaced: true }
