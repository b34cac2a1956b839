import { copyOfObject, type ObjectName, poolOfObject } from '../../render/names.ts'
import { isExternal } from '../../schemas/layout.ts'
import type { Mcrouter } from '../../schemas/mcrouter.ts'
import type { Observed } from '../observe/caches.ts'
import { serversOfCopy } from '../observe/tier.ts'
import { record } from '../observe/untyped.ts'
import { identity, type OwnedManifest } from '../plan/plan.ts'
import type { Held } from './consent.ts'

/**
 * A manifest as it is desired while changes are held back; undefined for an object that is not to be made. Where others are to run the
 * servers of a pool and nobody has consented, the spec says nothing of own ones any more: their StatefulSet stays as it was applied.
 */
export function asHeld(
  manifest: OwnedManifest,
  held: readonly Held[],
  mcrouter: Pick<Mcrouter, 'name'>,
  { children, pods }: Pick<Observed, 'children' | 'pods'>,
): OwnedManifest | undefined {
  const pool = heldPool(manifest, held, mcrouter)
  if (pool === undefined || manifest.kind !== 'StatefulSet') return manifest
  const child = children.find((one) => identity(one) === identity(manifest))
  if (child !== undefined) {
    const { replicas } = record(manifest.spec)
    return { ...manifest, spec: { ...record(child.owned.spec), replicas } }
  }
  // Pods that a deleted one left would be replaced by those of another template.
  return serversOfCopy(pods, pool, copyOfObject(mcrouter, manifest)).some(({ deleting }) => !deleting)
    ? undefined
    : manifest
}

/** Name of the pool of an object whose servers are our own only because a change is held back; undefined for any other. */
function heldPool(
  object: ObjectName,
  held: readonly Held[],
  mcrouter: Pick<Mcrouter, 'name'>,
): string | undefined {
  const pool = poolOfObject(mcrouter, object)
  const isTakeover = ({ field, before }: Held) => field === 'pool.external' && !isExternal(before)
  return held.find((one) => isTakeover(one) && one.before.name === pool)?.before.name
}
