import { DEPLOYMENT } from '../../render/kinds.ts'
import type { Manifest } from '../../render/rendering.ts'
import type { Mcrouter, Routers } from '../../schemas/mcrouter.ts'
import type { Child } from '../observe/child.ts'
import { record } from '../observe/untyped.ts'
import { deploymentOf } from '../observe/workload.ts'

/**
 * The Deployment of routers that are autoscaled, as it is desired. Its replicas are the autoscaler's once that has set them: then they are
 * not applied. Until then they are applied as they are, since a field that its one owner applies no more goes back to its default, which
 * is one router. Who else sets another number takes the field over
 * (https://kubernetes.io/docs/reference/using-api/server-side-apply/#transferring-ownership).
 */
export function asAutoscaled<Of extends Manifest>(
  manifest: Of,
  { routers }: Pick<Mcrouter, 'routers'>,
  children: readonly Child[],
): Of {
  if (manifest.kind !== DEPLOYMENT.kind || routers.autoscaling === undefined) return manifest
  const replicas = appliedReplicas(routers, deploymentOf(children))
  return replicas === undefined ? manifest : { ...manifest, spec: { ...record(manifest.spec), replicas } }
}

/** Undefined where they are somebody else's, who has set at least one. */
function appliedReplicas(routers: Routers, deployment: Child | undefined): number | undefined {
  const min = routers.autoscaling?.min ?? 1
  // At 0 an autoscaler is disabled, and stays so until somebody sets another number
  // (https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#implicit-maintenance-mode-deactivation).
  if (deployment === undefined || deployment.replicas === 0) return min
  const { template, replicas } = record(deployment.owned.spec)
  if (replicas !== undefined) return deployment.replicas
  // One that was never applied, such as the Ansible operator's, may have to be made anew.
  return template === undefined ? Math.min(Math.max(deployment.replicas, min), routers.replicas) : undefined
}
