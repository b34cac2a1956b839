import { createHash } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import { render as renderAll } from '../../render/index.ts'
import { CONFIG_MAP, KINDS } from '../../render/kinds.ts'
import { copyOfObject, partOf, poolOfObject } from '../../render/names.ts'
import type { Manifest, RenderSettings, ScaleStep } from '../../render/rendering.ts'
import { routedServers } from '../../render/routing.ts'
import { type Features, featuresOf } from '../../routing/release.ts'
import type { JsonObject } from '../../schemas/json.ts'
import type { Mcrouter } from '../../schemas/mcrouter.ts'
import { cutsOffOldRouters, keepAdoptedPods, scalesOldRouters } from '../adoption/index.ts'
import type { KubeObject } from '../kube/api.ts'
import type { Child } from '../observe/child.ts'
import { serversOfCopy } from '../observe/tier.ts'
import { asAutoscaled } from '../plan/autoscaled.ts'
import { readable } from '../plan/config-features.ts'
import { keepingEgress } from '../plan/egress.ts'
import { fenced } from '../plan/fence.ts'
import { isStillServing } from '../plan/former-routers.ts'
import { keepingItemSizeWord } from '../plan/item-size-word.ts'
import { ownerReference } from '../plan/owner.ts'
import { applicable, type Change, type OwnedManifest, planOf, withOwner } from '../plan/plan.ts'
import { zoneByZone } from '../plan/zone-by-zone.ts'
import type { ReconcileContext } from '../reconcile-context.ts'
import { askFor } from '../routers/confirm.ts'
import { asHeld } from '../scaling/held-pool.ts'
import { isKept } from '../scaling/removal.ts'
import { stepsOf } from '../scaling/scaling.ts'
import type { Scaled } from './scale.ts'

export interface Planned extends Scaled {
  readonly changes: readonly Change[]
  /** Of all that is desired: changes of an unchanged desire are somebody else's doing. */
  readonly fingerprint: string
  /** Whether the next pass is to be made at once, since it can change more than this one. */
  readonly again: boolean
  /** Kind and name of objects that wait until others are as desired. */
  readonly inTurn: readonly string[]
}

/** The changes that make what is there what the spec wants at this step of its scale. */
export function plan(context: ReconcileContext, scaled: Scaled): Planned {
  const { mcrouter: stored, state, settings } = context
  const { mcrouter, children, leftovers, scaling } = scaled
  const { expected } = state.mutations
  const steps = stepsOf(scaling)
  const { desired, ...rest } = desiredObjects(
    mcrouter,
    stored,
    { ...scaled, read: readBy(scaled, context) },
    { ...settings, steps },
    expected,
    context,
  )
  // A configuration that is there and not desired has to wait for servers.
  const keep = (child: Child) =>
    partOf(mcrouter, child) === 'config' ||
    isKept(mcrouter, scaling, child) ||
    isStillServing(child, children, mcrouter)
  return { ...scaled, changes: planOf(desired, children, leftovers, expected, keep), ...rest }
}

/** The digest of the configuration that every router has read; undefined while one may not have. */
function readBy(
  { mcrouter, scaling, now }: Pick<Scaled, 'mcrouter' | 'scaling' | 'now'>,
  { confirm, timeouts }: Pick<ReconcileContext, 'confirm' | 'timeouts'>,
): string | undefined {
  const { published, confirmation } = scaling
  if (published === undefined) return undefined
  const isRead =
    askFor(confirm, mcrouter) === undefined
      ? now - published.at >= timeouts.confirmMs
      : confirmation?.since !== undefined
  return isRead ? published.digest : undefined
}

type Rendering = Pick<ReconcileContext, 'kinds' | 'render'> & {
  readonly state?: Pick<ReconcileContext['state'], 'trafficDistribution'>
}

interface Desired {
  readonly desired: readonly OwnedManifest[]
  /** The same for the same manifests, and for no others. */
  readonly fingerprint: string
  readonly again: boolean
  readonly inTurn: readonly string[]
}

/**
 * All that a Mcrouter expands to at a step of its scale and of the replacement of its routers: what /render shows once both
 * are over, owned by the stored object.
 */
export function desiredObjects(
  mcrouter: Mcrouter,
  stored: KubeObject,
  {
    children,
    pods,
    held,
    read,
  }: Pick<Scaled, 'children' | 'pods' | 'held'> & { readonly read?: string | undefined },
  settings: RenderSettings & { readonly steps: ReadonlyMap<string, ScaleStep> },
  expected: (manifest: OwnedManifest) => JsonObject = applicable,
  { kinds, render, state }: Rendering = { kinds: KINDS, render: renderAll },
): Desired {
  const owner = ownerReference(stored)
  const serversOfIts = (manifest: Manifest) =>
    serversOfCopy(pods, poolOfObject(mcrouter, manifest) ?? '', copyOfObject(mcrouter, manifest))
  const live = (manifest: OwnedManifest) =>
    keepingItemSizeWord(asAutoscaled(manifest, mcrouter, children), children, serversOfIts(manifest))
  const owned = (manifest: Manifest) => {
    const all = live(withOwner(fenced(keepAdoptedPods(manifest, pods, stored, mcrouter), stored), owner))
    return state === undefined ? all : state.trafficDistribution.inWords(all)
  }
  // Routers go on with what they have read until there is a server for them.
  const hasServers = routedServers(mcrouter, mcrouter.pools[0], settings).length > 0
  const isDue = (manifest: Manifest) =>
    kinds.has(manifest.kind) &&
    (hasServers || manifest.kind !== CONFIG_MAP.kind) &&
    !cutsOffOldRouters(manifest, children, stored) &&
    !scalesOldRouters(manifest, children)
  const wanted = featuresOf(mcrouter.routers.release)
  const rendered = (more: { readonly features?: Features }) => {
    const { manifests, digest } = render(mcrouter, { ...settings, ...more })
    return manifests
      .filter(isDue)
      .map(owned)
      .flatMap((manifest) => asHeld(manifest, held, mcrouter, { children, pods }) ?? [])
      .map((manifest) => keepingEgress(manifest, children, read === digest))
  }
  const last = rendered({})
  const features = readable(wanted, last, children, pods, expected)
  const all = isDeepStrictEqual(features, wanted) ? last : rendered({ features })
  const { desired, waiting, again } = zoneByZone(all, mcrouter, stored, { children, pods }, expected)
  const fingerprint = createHash('sha256').update(JSON.stringify(desired)).digest('base64')
  return { desired, fingerprint, again, inTurn: waiting }
}
