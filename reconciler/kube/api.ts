import type { JsonObject } from '../../schemas/json.ts'

/** A Kubernetes object as the API server sent it. */
export interface KubeObject {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: ObjectMeta
  readonly spec?: JsonObject
  readonly status?: JsonObject
  readonly [field: string]: unknown
}

export interface ObjectMeta {
  readonly name: string
  readonly namespace?: string
  readonly uid: string
  readonly resourceVersion: string
  readonly generation?: number
  readonly creationTimestamp?: string
  readonly deletionTimestamp?: string
  readonly labels?: Readonly<Record<string, string>>
  readonly annotations?: Readonly<Record<string, string>>
  readonly ownerReferences?: readonly OwnerReference[]
  readonly [field: string]: unknown
}

export interface OwnerReference {
  readonly apiVersion: string
  readonly kind: string
  readonly name: string
  readonly uid: string
  readonly controller?: boolean
  readonly blockOwnerDeletion?: boolean
}

/** A kind of object and where the API serves it. */
export interface Resource {
  /** v1, apps/v1, … */
  readonly apiVersion: string
  readonly kind: string
  /** pods, statefulsets, … */
  readonly plural: string
}

export interface ObjectKey {
  /** Undefined for a cluster-scoped object. */
  readonly namespace?: string
  readonly name: string
}

/** The calls that the reconciler makes. Every one rejects with an ApiError (see errors.ts), also when the signal fires. */
export interface KubeApi {
  /** Undefined when there is none (404). */
  get(resource: Resource, key: ObjectKey, signal?: AbortSignal): Promise<KubeObject | undefined>
  /** All pages; rejects when there are more than 5,000. */
  list(
    resource: Resource,
    options?: {
      /** What of each is kept, undefined for none of it: whole objects of anyone may be a MiB each. By default all. */
      readonly keep?: (object: KubeObject) => KubeObject | undefined
      readonly namespace?: string
      readonly labelSelector?: string
      readonly fieldSelector?: string
      readonly signal?: AbortSignal
    },
  ): Promise<readonly KubeObject[]>
  create(
    resource: Resource,
    object: JsonObject,
    options?: { readonly signal?: AbortSignal },
  ): Promise<KubeObject>
  /** Deletes a pod as a drain would, unless a disruption budget forbids it (429). Rejects with a conflict when it is another by now. */
  evict(
    pods: Resource,
    key: ObjectKey,
    options: { readonly uid: string; readonly signal?: AbortSignal },
  ): Promise<void>
  /** Server-side apply as field manager `mcrouter-operator`, forced. A resourceVersion in `object.metadata` is a precondition: 409 when it moved. */
  apply(
    resource: Resource,
    object: JsonObject,
    options?: { readonly dryRun?: boolean; readonly subresource?: string; readonly signal?: AbortSignal },
  ): Promise<KubeObject>
  /** PUT; object.metadata.resourceVersion is the precondition. */
  replace(
    resource: Resource,
    object: JsonObject,
    options?: { readonly subresource?: string; readonly signal?: AbortSignal },
  ): Promise<KubeObject>
  /** RFC 7386 merge patch. */
  merge(
    resource: Resource,
    key: ObjectKey,
    patch: JsonObject,
    options?: {
      readonly subresource?: string
      /** Milliseconds; 30,000 by default. */
      readonly timeoutMs?: number
      readonly signal?: AbortSignal
    },
  ): Promise<KubeObject>
  /** Resolves when the server has accepted it; an object that is already gone (404) is no error. */
  delete(
    resource: Resource,
    key: ObjectKey,
    options?: {
      readonly propagation?: 'Foreground' | 'Background' | 'Orphan'
      readonly uid?: string
      readonly resourceVersion?: string
      readonly signal?: AbortSignal
    },
  ): Promise<void>
}
