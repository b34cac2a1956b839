import type { KubeObject } from '../../reconciler/kube/api.ts'
import { transformChild } from '../../reconciler/observe/child.ts'
import { fenced } from '../../reconciler/plan/fence.ts'
import { ownerReference } from '../../reconciler/plan/owner.ts'
import { type OwnedManifest, planOf, withOwner } from '../../reconciler/plan/plan.ts'
import { render } from '../../render/index.ts'
import { judge } from '../../schemas/validation/judge.ts'

const SETTINGS = { clusterDomain: 'cluster.local' }

/**
 * What a stored Mcrouter is to expand to once nothing of it is under way; empty when it is being deleted.
 * @throws when it would be refused: admission let something through
 */
export function desiredOf(stored: KubeObject | undefined): readonly OwnedManifest[] {
  if (stored === undefined || stored.metadata.deletionTimestamp !== undefined) return []
  const judgement = judge(stored)
  if (!judgement.accepted) {
    const { namespace, name } = stored.metadata
    throw new Error(`${namespace}/${name} is stored and invalid: ${JSON.stringify(judgement.violations)}`)
  }
  const owner = ownerReference(stored)
  return render(judgement.mcrouter, SETTINGS).manifests.map((manifest) =>
    withOwner(fenced(manifest, stored), owner),
  )
}

/** Whether these objects, and no others, are there as they should be. */
export function isReached(desired: readonly OwnedManifest[], children: readonly KubeObject[]): boolean {
  return desired.length === children.length && unreached(desired, children).length === 0
}

/**
 * Whether nothing is left to do but to tell the routers of new servers, and some of those are not Ready: what starts pods
 * is at work, and not the operator.
 */
export function waitsForPods(desired: readonly OwnedManifest[], children: readonly KubeObject[]): boolean {
  const { spec, status } = children.find(({ kind }) => kind === 'StatefulSet') ?? {}
  if (Number(status?.readyReplicas ?? 0) >= Number(spec?.replicas)) return false
  const left = unreached(desired, children)
  return left.length > 0 && left.every((kind) => kind === 'ConfigMap')
}

/** Kinds of the objects that are not as they should be. */
function unreached(desired: readonly OwnedManifest[], children: readonly KubeObject[]): readonly string[] {
  const plan = planOf(
    desired,
    children.map((object) => transformChild(object)),
  )
  return plan
    .filter(({ action }) => action !== 'unchanged')
    .map((change) => ('manifest' in change ? change.manifest.kind : change.child.kind))
}
