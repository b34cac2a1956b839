import { createHash } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import { render } from '../../render/index.ts'
import type { Manifest, ScaleStep } from '../../render/rendering.ts'
import { featuresOf } from '../../routing/release.ts'
import type { JsonObject } from '../../schemas/json.ts'
import { MAIN_POOL, type Mcrouter } from '../../schemas/mcrouter.ts'
import type { KubeObject } from '../kube/api.ts'
import type { Observed } from '../observe/caches.ts'
import { sparing } from './adopted-pods.ts'
import { readable } from './config-features.ts'
import { fenced } from './fence.ts'
import { ownerReference } from './owner.ts'
import { applicable, type OwnedManifest, withOwner } from './plan.ts'

export interface Expansion {
  readonly desired: readonly OwnedManifest[]
  /** The same for the same manifests, and for no others. */
  readonly fingerprint: string
}

/**
 * All that a Mcrouter expands to at a step of its scale and of the replacement of its routers: what /render shows once both
 * are over, owned by the stored object.
 */
export function expand(
  mcrouter: Mcrouter,
  stored: KubeObject,
  { children, pods }: Pick<Observed, 'children' | 'pods'>,
  { clusterDomain, step }: { readonly clusterDomain: string; readonly step: ScaleStep },
  expected: (manifest: OwnedManifest) => JsonObject = applicable,
): Expansion {
  const settings = { clusterDomain, steps: new Map([[MAIN_POOL, step]]) }
  const owner = ownerReference(stored)
  const owned = (manifest: Manifest) =>
    withOwner(fenced(sparing(manifest, pods, stored, mcrouter), stored), owner)
  const wanted = featuresOf(mcrouter.routers.release)
  const last = render(mcrouter, settings).manifests.map(owned)
  const features = readable(wanted, last, children, pods, expected)
  const desired = isDeepStrictEqual(features, wanted)
    ? last
    : render(mcrouter, { ...settings, features }).manifests.map(owned)
  const fingerprint = createHash('sha256').update(JSON.stringify(desired)).digest('base64')
  return { desired, fingerprint }
}
