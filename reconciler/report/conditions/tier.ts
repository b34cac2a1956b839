import type { Component } from '../../../render/labels.ts'
import type { Child } from '../../observe/child.ts'
import type { Pod } from '../../observe/pod.ts'
import { condition, count, text } from '../../observe/reading.ts'

/** Names of the Ready pods of a tier. */
export function readyPods(pods: readonly Pod[], component: Component): string[] {
  return pods
    .filter((pod) => pod.component === component && pod.ready && !pod.deleting)
    .map(({ name }) => name)
}

/** Ordinals of the Ready servers. */
export function readyOrdinals(pods: readonly Pod[]): ReadonlySet<number> {
  const servers = pods.filter((pod) => pod.component === 'memcached' && pod.ready && !pod.deleting)
  return new Set(servers.map(({ ordinal }) => ordinal))
}

/** Ordinals below `count` that are not Ready. */
export function notReady(ready: ReadonlySet<number>, count: number): number[] {
  return Array.from({ length: count }, (_, ordinal) => ordinal).filter((ordinal) => !ready.has(ordinal))
}

export function workload(children: readonly Child[], kind: 'Deployment' | 'StatefulSet'): Child | undefined {
  return children.find((child) => child.kind === kind)
}

/** Whether its controller has still to look at its newest spec: what its status says is of the one before. */
export function isUnseen({ metadata, status }: Child): boolean {
  return count(status.observedGeneration) < (metadata.generation ?? 0)
}

/** Whether its pods are still being replaced by those of the newest template. */
export function isRollingOut({ kind, status, replicas }: Child): boolean {
  const pods = count(status.replicas)
  if (kind === 'Deployment') return count(status.updatedReplicas) < pods || pods > replicas
  return text(status.updateRevision) !== text(status.currentRevision)
}

/** Whether a pod of it has not yet been Ready for `minReadySeconds`, within which every router finds a new server. */
export function isSettling({ kind, status, replicas }: Child): boolean {
  return kind === 'StatefulSet' && count(status.availableReplicas) < replicas
}

/** Why the Deployment's rollout counts as stuck (10 minutes without progress); undefined when it does not. */
export function stall(deployment: Child): string | undefined {
  const progressing = condition(deployment.status, 'Progressing')
  return progressing?.reason === 'ProgressDeadlineExceeded' ? text(progressing.message) : undefined
}

/** `a`, `a and b`, `a, b and 3 more`. */
export function few(names: readonly (string | number)[]): string {
  if (names.length <= 2) return names.join(' and ')
  return `${names[0]}, ${names[1]} and ${names.length - 2} more`
}

/** `1 server`, `2 servers`. */
export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
