import { poolName } from '../../routing/servers.ts'
import type { Mcrouter } from '../../schemas/mcrouter.ts'
import { findCondition } from '../kube/built-in.ts'
import type { Child } from './child.ts'

/** That of the routers. */
export function deploymentOf(children: readonly Child[]): Child | undefined {
  return children.find(({ kind }) => kind === 'Deployment')
}

export function statefulSetOf(
  mcrouter: Pick<Mcrouter, 'name'>,
  pool: string,
  children: readonly Child[],
): Child | undefined {
  const name = poolName(mcrouter, pool)
  return children.find(({ kind, metadata }) => kind === 'StatefulSet' && metadata.name === name)
}

/** Whether its controller has still to look at its newest spec: what its status says is of the one before. */
export function isUnseen({ metadata, status }: Child): boolean {
  return (status.observedGeneration ?? 0) < (metadata.generation ?? 0)
}

/** Whether its pods are still being replaced by those of the newest template. */
export function isRollingOut({ kind, status, replicas }: Child): boolean {
  const { replicas: pods = 0, updatedReplicas = 0 } = status
  if (kind === 'Deployment') return updatedReplicas < pods || pods > replicas
  return (status.updateRevision ?? '') !== (status.currentRevision ?? '')
}

/** Whether a pod of it has not yet been Ready for `minReadySeconds`, within which every router finds a new server. */
export function isSettling({ kind, status, replicas }: Child): boolean {
  return kind === 'StatefulSet' && (status.availableReplicas ?? 0) < replicas
}

/** Why the Deployment's rollout counts as stuck (10 minutes without progress); undefined when it does not. */
export function stall(deployment: Child): string | undefined {
  const progressing = findCondition(deployment.status, 'Progressing')
  return progressing?.reason === 'ProgressDeadlineExceeded' ? (progressing.message ?? '') : undefined
}
