import { copyOfObject } from '../../render/names.ts'
import { copyName, poolName } from '../../routing/servers.ts'
import { zonesIn } from '../../schemas/layout.ts'
import type { Mcrouter, Routers } from '../../schemas/mcrouter.ts'
import { findCondition } from '../kube/built-in.ts'
import type { Child } from './child.ts'
import { controllerOf } from './controller-ref.ts'

/** Of the routers, where they are neither in zones nor on each node. */
export function deploymentOf(children: readonly Child[]): Child | undefined {
  return children.find((child) => child.kind === 'Deployment' && zoneOf(child) === undefined)
}

/** Of the routers in zones, each with the place of its zone, in their order. */
export function zoneDeployments(
  children: readonly Child[],
): { readonly zone: number; readonly child: Child }[] {
  const found = children.flatMap((child) => {
    const zone = child.kind === 'Deployment' ? zoneOf(child) : undefined
    return zone === undefined ? [] : [{ zone, child }]
  })
  return found.toSorted((one, other) => one.zone - other.zone)
}

/** The place of the zone of a workload; undefined where it is in none. */
function zoneOf(child: Child): number | undefined {
  const { name = '' } = controllerOf(child.metadata) ?? {}
  return copyOfObject({ name }, child)
}

/** Of the routers, where they are on each node. */
export function daemonSetOf(children: readonly Child[]): Child | undefined {
  return children.find(({ kind }) => kind === 'DaemonSet')
}

/** Those of the workloads that the routers are to have; while they are placed anew there are others. */
export function routersIn(
  children: readonly Child[],
  { routers, pools }: Pick<Mcrouter, 'routers' | 'pools'>,
): Child[] {
  const zones = zonesIn(pools)
  if (zones.length > 0)
    return zoneDeployments(children).flatMap(({ zone, child }) => (zone < zones.length ? [child] : []))
  const only = routers.placement === 'Node' ? daemonSetOf(children) : deploymentOf(children)
  return only === undefined ? [] : [only]
}

/** Whether all workloads are there that the routers are to have, and serve. */
export function areServing(
  children: readonly Child[],
  mcrouter: Pick<Mcrouter, 'routers' | 'pools'>,
): boolean {
  const workloads = routersIn(children, mcrouter)
  return workloads.length >= Math.max(1, zonesIn(mcrouter.pools).length) && workloads.every(isServing)
}

/** Those that the routers have: one, one on each node, and one for each zone. */
export function routerWorkloads(children: readonly Child[]): Child[] {
  const others = [deploymentOf(children), daemonSetOf(children)].filter((child) => child !== undefined)
  return [...others, ...zoneDeployments(children).map(({ child }) => child)]
}

/** How many of its pods have been Ready for `minReadySeconds`. */
export function availableIn({ status }: Child): number {
  return status.availableReplicas ?? status.numberAvailable ?? 0
}

/** Whether all of its pods serve, and are of the newest template. */
function isServing(workload: Child): boolean {
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

/** @param copy that is in a zone; undefined for the servers that are in none */
export function statefulSetOf(
  mcrouter: Pick<Mcrouter, 'name'>,
  pool: string,
  children: readonly Child[],
  copy?: number,
): Child | undefined {
  const name = copy === undefined ? poolName(mcrouter, pool) : copyName(mcrouter, { pool, copy })
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
