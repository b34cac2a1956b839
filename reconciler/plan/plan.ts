import type { ObjectName } from '../../render/names.ts'
import type { Manifest } from '../../render/rendering.ts'
import type { JsonObject } from '../../schemas/json.ts'
import type { OwnerReference } from '../kube/api.ts'
import type { Child } from '../observe/child.ts'
import { differences } from './difference.ts'
import { isImmutable } from './immutable.ts'

/** What has to happen to one object so that it is as desired. */
export type Change =
  /** It is as desired; or it is not desired and kept, since routers may still use what it belongs to. */
  | { readonly action: 'unchanged'; readonly child: Child }
  | { readonly action: 'create'; readonly manifest: OwnedManifest }
  /** `paths`: where it differs. */
  | {
      readonly action: 'configure'
      readonly manifest: OwnedManifest
      readonly child: Child
      readonly paths: readonly string[]
    }
  /** It differs in a field that only a new object can have. */
  | {
      readonly action: 'recreate'
      readonly manifest: OwnedManifest
      readonly child: Child
      readonly paths: readonly string[]
    }
  /** It is being deleted: nothing can be done until it is gone. */
  | { readonly action: 'wait'; readonly child: Child }
  /** It is no longer desired, and nothing needs it any more. */
  | { readonly action: 'prune'; readonly child: Child }

/** A manifest of an object that goes away with its Mcrouter. */
export interface OwnedManifest extends Manifest {
  readonly metadata: Manifest['metadata'] & { readonly ownerReferences: readonly OwnerReference[] }
}

export function withOwner(manifest: Manifest, owner: OwnerReference): OwnedManifest {
  return { ...manifest, metadata: { ...manifest.metadata, ownerReferences: [owner] } }
}

/**
 * The changes that make what is there what is desired, one for each object; those of one kind and name are the same object.
 *
 * @param expected what we own of an object once its manifest is applied
 * @param isKept whether what is no longer desired is kept, since routers may still use it
 */
export function planOf(
  desired: readonly OwnedManifest[],
  children: readonly Child[],
  leftovers: readonly Child[] = [],
  expected: (manifest: OwnedManifest) => JsonObject = applicable,
  isKept: (child: Child) => boolean = () => false,
): Change[] {
  const existing = new Map(children.map((child) => [identity(child), child]))
  const wanted = new Set(desired.map(identity))
  const unwanted = [...children, ...leftovers].filter((child) => !wanted.has(identity(child)))
  return [
    ...desired.map((manifest) => changeOf(manifest, existing.get(identity(manifest)), expected)),
    ...unwanted
      .filter((child) => !isBeingDeleted(child))
      .map((child) => ({ action: isKept(child) ? ('unchanged' as const) : ('prune' as const), child })),
  ]
}

function changeOf(
  manifest: OwnedManifest,
  child: Child | undefined,
  expected: (manifest: OwnedManifest) => JsonObject,
): Change {
  if (child === undefined) return { action: 'create', manifest }
  if (isBeingDeleted(child)) return { action: 'wait', child }
  const paths = differences(expected(manifest), child.owned)
  if (paths.length === 0) return { action: 'unchanged', child }
  const action = paths.some((path) => isImmutable(manifest.kind, path)) ? 'recreate' : 'configure'
  return { action, manifest, child, paths }
}

/** The fields of a manifest that an apply comes to own: all but those that say which object it is. */
export function applicable({ apiVersion: _, kind: __, metadata, ...rest }: OwnedManifest): JsonObject {
  const { name: ___, namespace: ____, ...owned } = metadata
  return { ...rest, metadata: owned }
}

/** `StatefulSet cache-memcached`: no two objects of a Mcrouter share it. */
export function identity({ kind, metadata }: ObjectName): string {
  return `${kind} ${metadata.name}`
}

/** The {@link identity} of the object that it is about. */
export function subjectOf(change: Change): string {
  return identity('manifest' in change ? change.manifest : change.child)
}

function isBeingDeleted(child: Child): boolean {
  return child.metadata.deletionTimestamp !== undefined
}
