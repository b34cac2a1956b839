import type { KubeObject } from '../kube/api.ts'
import { keyOf } from '../kube/object.ts'
import { services } from '../kube/resources.ts'
import type { OwnedManifest } from '../plan/plan.ts'
import type { ReconcileContext } from '../reconcile-context.ts'
import { createNew } from '../write.ts'

/**
 * Deletes a Service and makes it anew in one go: a ClusterIP cannot become headless. Routers that hold connections
 * notice nothing; a name that is looked up in between is looked up again at the next attempt.
 */
export async function replaceService(
  context: ReconcileContext,
  manifest: OwnedManifest,
  live: KubeObject,
): Promise<KubeObject> {
  const { uid, namespace, name } = live.metadata
  await context.api.delete(services, keyOf(live), { uid, signal: context.signal })
  const made = await createNew(context, manifest)
  const note = `Service ${namespace}/${name} was recreated: a Service with a cluster IP cannot become headless`
  context.recordEvent({ type: 'Normal', reason: 'Adopting', note })
  return made
}
