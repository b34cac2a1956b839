import { createHash } from 'node:crypto'
import { render } from '../../render/index.ts'
import type { ScaleStep } from '../../render/rendering.ts'
import type { Mcrouter } from '../../schemas/mcrouter.ts'
import type { KubeObject } from '../kube/api.ts'
import type { Pod } from '../observe/pod.ts'
import { sparing } from './adoption.ts'
import { fenced } from './fence.ts'
import { ownerReference } from './owner.ts'
import { type OwnedManifest, withOwner } from './plan.ts'

export interface Expansion {
  readonly desired: readonly OwnedManifest[]
  /** The same for the same manifests, and for no others. */
  readonly fingerprint: string
}

/** All that a Mcrouter expands to at a step of its scale: what /render shows, owned by the stored object. */
export function expand(
  mcrouter: Mcrouter,
  stored: KubeObject,
  pods: readonly Pod[],
  settings: { readonly clusterDomain: string; readonly step: ScaleStep },
): Expansion {
  const owner = ownerReference(stored)
  const desired = render(mcrouter, settings).manifests.map((manifest) =>
    withOwner(fenced(sparing(manifest, pods, stored, mcrouter), stored), owner),
  )
  const fingerprint = createHash('sha256').update(JSON.stringify(desired)).digest('base64')
  return { desired, fingerprint }
}
