import { RETIRING_ANNOTATION } from '../../schemas/well-known.ts'
import { isSubdomain } from '../../text/label.ts'
import type { KubeObject } from '../kube/api.ts'
import { ApiError } from '../kube/connection/errors.ts'
import { keyOf } from '../kube/object.ts'
import { deployments, replicaSets } from '../kube/resources.ts'
import { controllerOf, isOwnedBy } from '../observe/controller-ref.ts'
import { count } from '../observe/untyped.ts'
import type { ReconcileContext } from '../reconcile-context.ts'
import { mergeAsWritten } from '../write.ts'
import { controlledBy, labelsSelectedBy, release } from './release.ts'

/** A Deployment has a ReplicaSet or two that serve, and ten that are kept for a rollback, as Kubernetes has it by default. */
const MOST_RETIRING = 16

/** Each once, and no more than a Deployment can have left: anyone who may edit the Mcrouter may write there what they like. */
export function retiringIn(mcrouter: KubeObject): string[] {
  const text = mcrouter.metadata.annotations?.[RETIRING_ANNOTATION] ?? ''
  const names = text.split(',', MOST_RETIRING).filter(isSubdomain)
  return [...new Set(names)]
}

/**
 * Deletes a Deployment and orphans its routers, which go on serving, so that one with another selector can be made under
 * its name. Every part may be cut short and done again; the first call does no more than to pause it.
 *
 * @param next kind of the workload that comes in its place
 */
export async function orphanRouters(
  context: ReconcileContext,
  live: KubeObject,
  next: string,
): Promise<void> {
  const { api, signal } = context
  if (!(await isPaused(context, live))) return
  const { uid, namespace, name } = live.metadata
  const sets = await controlledBy(context, live, replicaSets)
  const serving = sets.filter(({ spec }) => count(spec?.replicas) > 0)
  const names = new Set([...serving.map((set) => set.metadata.name), ...retiringIn(context.mcrouter)])
  await note(context, [...names].slice(0, MOST_RETIRING))
  // Without the labels of its selector: the Ansible operator's is `app: mcrouter` for every Mcrouter, so that another
  // Deployment of the namespace would adopt them and scale them to 0 (kubernetes pkg/controller/controller_ref_manager.go).
  const unselected = Object.fromEntries(Object.keys(labelsSelectedBy(live)).map((label) => [label, null]))
  await Promise.all(serving.map((set) => release(context, replicaSets, set, unselected)))
  const idle = sets.filter((set) => !serving.includes(set))
  await Promise.all(idle.map((set) => api.delete(replicaSets, keyOf(set), { uid: set.metadata.uid, signal })))
  await api.delete(deployments, keyOf(live), { propagation: 'Orphan', uid, signal })
  context.recordEvent({
    type: 'Normal',
    reason: 'Adopting',
    note: `Deployment ${namespace}/${name} is being recreated${next === live.kind ? '' : ` as a ${next}`}; its old routers serve until a new one is ready`,
  })
}

/** Pauses a Deployment. True once its controller knows: it makes no other routers then for those that it loses. */
async function isPaused({ api, signal }: ReconcileContext, live: KubeObject): Promise<boolean> {
  const { uid, resourceVersion, generation = 0 } = live.metadata
  if (live.spec?.paused === true) return count(live.status?.observedGeneration) >= generation
  const patch = { metadata: { uid, resourceVersion }, spec: { paused: true } }
  await api.merge(deployments, keyOf(live), patch, { signal })
  return false
}

/**
 * Lets the routers go that were kept until there are others. True once none of them runs any more: until then they may
 * use servers that a shrink would let go. Whoever may edit the Mcrouter may name any ReplicaSet in the
 * annotation: only one that {@link release} has given to this Mcrouter is deleted.
 */
export async function retire(context: ReconcileContext): Promise<boolean> {
  const { api, stored, signal } = context
  const { namespace = '', uid } = stored.metadata
  let leaving = 0
  for (const name of retiringIn(stored)) {
    const set = await api.get(replicaSets, { namespace, name }, signal)
    if (set === undefined || !isOwnedBy(set.metadata, uid)) continue
    if (controllerOf(set.metadata) !== undefined) continue
    leaving += 1
    if (set.metadata.deletionTimestamp !== undefined) continue
    // In the foreground: it stays for as long as a pod of it does.
    await api.delete(replicaSets, keyOf(set), { propagation: 'Foreground', uid: set.metadata.uid, signal })
  }
  if (leaving > 0) return false
  context.state.unwritten.retired(stored)
  if (!(await isForgotten(context))) return false
  context.recordEvent({
    type: 'Normal',
    reason: 'Adopted',
    note: 'The routers of the Ansible operator are replaced',
  })
  return true
}

/** Whether the note of them could be taken away. Where it stays, that keeps nothing from going on. */
async function isForgotten(context: ReconcileContext): Promise<boolean> {
  try {
    await note(context, [])
    return true
  } catch (error) {
    if (!(error instanceof ApiError) || error.aborted || error.conflict) throw error
    context.onTrouble(error)
    return false
  }
}

async function note(context: ReconcileContext, names: readonly string[]): Promise<void> {
  const { stored } = context
  const value = names.length === 0 ? null : names.join(',')
  if (value === (stored.metadata.annotations?.[RETIRING_ANNOTATION] ?? null)) return
  const { resourceVersion } = stored.metadata
  const patch = { metadata: { resourceVersion, annotations: { [RETIRING_ANNOTATION]: value } } }
  await mergeAsWritten(context, stored, patch)
}
