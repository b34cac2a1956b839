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

/** The Ready servers of a pool, whichever StatefulSet they are of. */
export function readyServers(pods: readonly Pod[], pool: string): Pod[] {
  return serversOf(pods, pool).filter(({ ready, deleting }) => ready && !deleting)
}

/**
 * Ordinals of the Ready servers of a pool, as mcrouter's list has them (routing/servers.ts).
 *
 * @param zoned in how many copies they are, each in a zone; 0 where the zones are not told apart
 */
export function readyOrdinals(pods: readonly Pod[], pool: string, zoned = 0): ReadonlySet<number> {
  return new Set(readyServers(pods, pool).flatMap((pod) => ordinalAmong(pod, zoned) ?? []))
}

/** Undefined where it is not among those servers. */
function ordinalAmong({ copy, ordinal }: Pod, zoned: number): number | undefined {
  if (zoned === 0) return copy === undefined ? ordinal : undefined
  return copy !== undefined && copy < zoned ? ordinal * zoned + copy : undefined
}

/** Of a copy of a pool, or of its servers that are in no zone. */
export function serversOfCopy(pods: readonly Pod[], pool: string, copy: number | undefined): Pod[] {
  return serversOf(pods, pool).filter((pod) => pod.copy === copy)
}

/** Ordinals below `count` that are not Ready. */
export function notReady(ready: ReadonlySet<number>, count: number): number[] {
  return Array.from({ length: count }, (_, ordinal) => ordinal).filter((ordinal) => !ready.has(ordinal))
}
