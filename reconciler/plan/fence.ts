import { KINDS } from '../../render/kinds.ts'
import type { Manifest } from '../../render/rendering.ts'
import type { JsonObject } from '../../schemas/json.ts'
import { GENERATION_ANNOTATION } from '../../schemas/well-known.ts'
import type { KubeObject } from '../kube/api.ts'
import type { Child } from '../observe/child.ts'
import { isOwnedBy } from '../observe/controller-ref.ts'
import { record } from '../observe/untyped.ts'

export function fenced(manifest: Manifest, { metadata: { generation = 0 } }: KubeObject): Manifest {
  if (!isFenced(manifest)) return manifest
  const annotations = { ...manifest.metadata.annotations, [GENERATION_ANNOTATION]: `${generation}` }
  return { ...manifest, metadata: { ...manifest.metadata, annotations } }
}

/** Whether an object was planned from this spec, so that no older decision about it can be carried out any more. */
export function isCurrent({ owned }: Child, { metadata: { generation = 0 } }: KubeObject): boolean {
  return record(record(owned.metadata).annotations)[GENERATION_ANNOTATION] === `${generation}`
}

/**
 * Whether an object was planned from a later spec of this very Mcrouter than the one at hand: each resource is watched by
 * itself, and the watch of Mcrouters may be the one that is behind. One that was deleted and created again counts anew.
 */
export function isAhead({ owned, metadata }: Child, stored: KubeObject): boolean {
  const { uid, generation = 0 } = stored.metadata
  return isOwnedBy(metadata, uid) && generationIn(record(record(owned.metadata).annotations)) > generation
}

/** Whether all that are fenced were planned from this spec. */
export function areCurrent(children: readonly Child[], stored: KubeObject): boolean {
  return children.filter(isFenced).every((child) => isCurrent(child, stored))
}

/** That of the spec from which the oldest of those that are fenced was planned; undefined when there are none. */
export function oldestGeneration(children: readonly Child[]): number | undefined {
  const generations = children
    .filter(isFenced)
    .map(({ owned }) => generationIn(record(record(owned.metadata).annotations)))
  return generations.length === 0 ? undefined : Math.min(...generations)
}

/** Whether an object was planned from a later spec than a manifest. */
export function isOvertaken({ metadata }: Manifest, live: KubeObject): boolean {
  return generationIn(live.metadata.annotations) > generationIn(metadata.annotations)
}

function isFenced({ kind }: { readonly kind: string }): boolean {
  return KINDS.get(kind)?.fenced === true
}

function generationIn(annotations: JsonObject = {}): number {
  return Number(annotations[GENERATION_ANNOTATION] ?? 0)
}
