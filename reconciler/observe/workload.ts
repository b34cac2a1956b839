import { poolName } from '../../routing/servers.ts'
import type { Mcrouter, Routers } from '../../schemas/mcrouter.ts'
import { findCondition } from '../kube/built-in.ts'
import type { Child } from './child.ts'

/** Of the routers, where they are not on each node. */
export function deploymentOf(children: readonly Child[]): Child | undefined {
  return children.find(({ kind }) => kind === 'Deployment')
}

/** Of the routers, where they are on each node. */
export function daemonSetOf(children: readonly Child[]): Child | undefined {
  return children.find(({ kind }) => kind === 'DaemonSet')
}

/** The workload that the routers are to have; while they are placed anew there is another. */
export function routersIn(
  children: readonly Child[],
  { placement }: Pick<Routers, 'placement'>,
): Child | undefined {
  return placement === 'Node' ? daemonSetOf(children) : deploymentOf(children)
}

/** Those that the routers have, at most one of each kind. */
export function routerWorkloads(children: readonly Child[]): Child[] {
  return [deploymentOf(children), daemonSetOf(children)].filter((child) => child !== undefined)
}

/** How many of its pods have been Ready for `minReadySeconds`. */
export function availableIn({ status }: Child): number {
  return status.availableReplicas ?? status.numberAvailable ?? 0
}

/** Whether all of its pods serve, and are of the newest template. */
export function isServing(workload: Child): boolean {
  const { replicas } = workload
  return replicas > 0 && !isUnseen(workload) && !isRollingOut(workload) && availableIn(workload) >= replicas
}

/** How many routers there are to be: as many as the spec says, as the autoscaler has set, or as there are nodes for. */
export function wantedRouters(routers: Routers, children: readonly Child[]): number {
  const { placement, replicas, autoscaling } = routers
  if (placement === 'Node') return daemonSetOf(children)?.replicas ?? 0
  if (autoscaling === undefined) return replicas
  return deploymentOf(children)?.replicas ?? autoscaling.min
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
  if (kind === 'DaemonSet') return (status.updatedNumberScheduled ?? 0) < replicas
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
