import type { Component } from '../../render/labels.ts'
import type { Pod } from './pod.ts'

/** Names of the Ready pods of a tier. */
export function readyPods(pods: readonly Pod[], component: Component): string[] {
  return pods
    .filter((pod) => pod.component === component && pod.ready && !pod.deleting)
    .map(({ metadata }) => metadata.name)
}

/** The servers of a pool, Ready or not. */
export function serversOf(pods: readonly Pod[], pool: string): Pod[] {
  return pods.filter((pod) => pod.component === 'memcached' && pod.pool === pool)
}

/** Ordinals of the Ready servers of a pool. */
export function readyOrdinals(pods: readonly Pod[], pool: string): ReadonlySet<number> {
  const servers = serversOf(pods, pool).filter(({ ready, deleting }) => ready && !deleting)
  return new Set(servers.map(({ ordinal }) => ordinal))
}

/** Ordinals below `count` that are not Ready. */
export function notReady(ready: ReadonlySet<number>, count: number): number[] {
  return Array.from({ length: count }, (_, ordinal) => ordinal).filter((ordinal) => !ready.has(ordinal))
}
