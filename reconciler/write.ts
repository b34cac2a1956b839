import type { Kinds } from '../render/kinds.ts'
import type { JsonObject } from '../schemas/json.ts'
import { STORED } from '../schemas/versions.ts'
import type { KubeObject, ObjectMeta, Resource } from './kube/api.ts'
import { keyOf } from './kube/object.ts'
import { mcroutersAsWritten } from './observe/as-written.ts'
import type { OwnedManifest } from './plan/plan.ts'
import type { ReconcileContext } from './reconcile-context.ts'

/**
 * A resourceVersion that no object has: etcd counts from 1 and the first write makes it 2. An apply that carries it
 * creates, and is a conflict where the name is taken already: so nothing that is not ours is ever overwritten.
 * kubernetes registry/generic/registry/store.go compares the versions only where there is an object.
 */
const NEW = '1'

/** Rejects with an ApiError: a conflict when there is an object of that name. */
export function createNew(context: ReconcileContext, manifest: OwnedManifest): Promise<KubeObject> {
  return apply(context, manifest, { resourceVersion: NEW })
}

/** Applies on condition that the object is still the one of which the change was planned; else rejects with a conflict. */
export function configure(
  context: ReconcileContext,
  manifest: OwnedManifest,
  planned: ObjectMeta,
): Promise<KubeObject> {
  const { uid, resourceVersion } = planned
  return apply(context, manifest, { uid, resourceVersion })
}

function apply(
  { api, kinds, signal }: ReconcileContext,
  manifest: OwnedManifest,
  precondition: object,
): Promise<KubeObject> {
  const metadata = { ...manifest.metadata, ...precondition }
  return api.apply(resourceOf(kinds, manifest), { ...manifest, metadata }, { signal })
}

/** The API server itself waits 30 s for a conversion, for which each such write would keep a worker. */
const CONVERTED_MS = 5_000

/**
 * Writes of a Mcrouter, in the version of the spec (observe/as-written.ts). Rejects with an ApiError, soon where that
 * is not the stored one and nobody converts.
 */
export function mergeAsWritten(
  { api, clock, conversion, signal }: ReconcileContext,
  mcrouter: KubeObject,
  patch: JsonObject,
  options: { readonly subresource?: string } = {},
): Promise<KubeObject> {
  const resource = mcroutersAsWritten(mcrouter)
  const key = keyOf(mcrouter)
  if (resource.apiVersion === STORED.apiVersion)
    return api.merge(resource, key, patch, { ...options, signal })
  const limited = { ...options, timeoutMs: CONVERTED_MS, signal }
  return conversion.through(
    () => api.merge(resource, key, patch, limited),
    () => clock.monotonic(),
  )
}

/** Where the API serves a child; render() lets no other kind through. */
export function resourceOf(kinds: Kinds, { kind }: { readonly kind: string }): Resource {
  const resource = kinds.get(kind)
  if (resource === undefined) throw new TypeError(`a Mcrouter does not expand to a ${kind}`)
  return resource
}
