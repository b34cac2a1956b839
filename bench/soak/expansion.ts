import type { KubeObject } from '../../reconciler/kube/api.ts'
import { childOf, projectChild } from '../../reconciler/observe/child.ts'
import { fenced } from '../../reconciler/plan/fence.ts'
import { type OwnedManifest, planOf, withOwner } from '../../reconciler/plan/plan.ts'
import { ownerReference } from '../../reconciler/takeover/belonging.ts'
import { render } from '../../render/index.ts'
import { judge } from '../../schemas/judge.ts'

const SETTINGS = { clusterDomain: 'cluster.local' }

/** What a stored Mcrouter is to expand to once nothing of it is under way; empty when it is being deleted.
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
  if (desired.length !== children.length) return false
  const uid = desired[0]?.metadata.ownerReferences[0]?.uid ?? ''
  const plan = planOf(
    desired,
    children.map((object) => childOf(projectChild(object))),
    uid,
  )
  return plan.every(({ action }) => action === 'unchanged')
}
