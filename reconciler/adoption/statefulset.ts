import type { KubeObject } from '../kube/api.ts'
import { keyOf } from '../kube/object.ts'
import { controllerRevisions, pods, statefulSets } from '../kube/resources.ts'
import { record } from '../observe/untyped.ts'
import type { OwnedManifest } from '../plan/plan.ts'
import type { ReconcileContext } from '../reconcile-context.ts'
import { controlledBy, release } from './release.ts'

/**
 * Deletes a StatefulSet and orphans its pods, which go on serving, so that one with another selector can be made: the pods
 * get the labels by which that one finds them first. Every part may be cut short and done again. A later pass makes the
 * new StatefulSet, as soon as the garbage collector has let go of the old.
 */
export async function orphanServers(
  context: ReconcileContext,
  manifest: OwnedManifest,
  live: KubeObject,
): Promise<void> {
  const { uid, namespace, name } = live.metadata
  const servers = await controlledBy(context, live, pods)
  const revisions = await controlledBy(context, live, controllerRevisions)
  const labels = record(record(record(record(manifest.spec).template).metadata).labels)
  await Promise.all([
    ...servers.map((pod) => release(context, pods, pod, labels)),
    ...revisions.map((revision) => release(context, controllerRevisions, revision, {})),
  ])
  await context.api.delete(statefulSets, keyOf(live), { propagation: 'Orphan', uid, signal: context.signal })
  const kept =
    servers.length === 1
      ? 'pod, which keeps running with its data'
      : `${servers.length} pods, which keep running with their data`
  context.recordEvent({
    type: 'Normal',
    reason: 'Adopting',
    note: `StatefulSet ${namespace}/${name} is being recreated around its ${kept}`,
  })
}
