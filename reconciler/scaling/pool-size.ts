import { poolOfObject } from '../../render/names.ts'
import { isExternal, serversIn } from '../../schemas/layout.ts'
import type { Mcrouter } from '../../schemas/mcrouter.ts'
import type { Observed } from '../observe/caches.ts'
import type { Child } from '../observe/child.ts'
import type { Pod } from '../observe/pod.ts'
import { serversOf } from '../observe/tier.ts'
import { statefulSetOf } from '../observe/workload.ts'

/** How large a pool is to be, and is. */
export interface PoolSize {
  readonly name: string
  /** 0 where the spec no longer has it. */
  readonly wanted: number
  readonly running: number
  readonly statefulSet: Child | undefined
}

/** The pools of a spec whose servers are our own, and after them those that it no longer has and of which something is still there. */
export function poolSizes(
  mcrouter: Mcrouter,
  { children, pods }: Pick<Observed, 'children' | 'pods'>,
): PoolSize[] {
  const own = mcrouter.pools.filter((pool) => !isExternal(pool))
  const wanted = new Map(own.map((pool) => [pool.name, serversIn(pool)]))
  const there = children.flatMap((child) => poolOfObject(mcrouter, child) ?? [])
  return [...new Set([...wanted.keys(), ...there])].map((name) => {
    const statefulSet = statefulSetOf(mcrouter, name, children)
    return {
      name,
      wanted: wanted.get(name) ?? 0,
      running: runningServers(statefulSet, serversOf(pods, name)),
      statefulSet,
    }
  })
}

/** Replicas of the StatefulSet; where it was deleted and its pods were orphaned, as many as the highest of them needs. */
function runningServers(statefulSet: Child | undefined, servers: readonly Pod[]): number {
  if (statefulSet !== undefined) return statefulSet.replicas
  return Math.max(-1, ...servers.filter(({ deleting }) => !deleting).map(({ ordinal }) => ordinal)) + 1
}
