import type { KubeObject } from '../kube/api.ts'
import { keyOf } from '../kube/key.ts'
import { services } from '../kube/resources.ts'
import type { OwnedManifest } from '../plan/plan.ts'
import type { Pass } from '../reconcile-context.ts'
import { createNew } from '../write.ts'

/**
 * Deletes a Service and makes it anew in one go: a ClusterIP cannot become headless. Routers that hold connections
 * notice nothing; a name that is looked up in between is looked up again at the next attempt.
 */
export async function replaceService(
  pass: Pass,
  manifest: OwnedManifest,
  live: KubeObject,
): Promise<KubeObject> {
  const { uid, namespace, name } = live.metadata
  await pass.api.delete(services, keyOf(live), { uid, signal: pass.signal })
  const made = await createNew(pass, manifest)
  const note = `Service ${namespace}/${name} was recreated: a Service with a cluster IP cannot become headless`
  pass.tell({ type: 'Normal', reason: 'TakingOver', note })
  return made
}
