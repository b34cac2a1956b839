import { copyOfObject, poolOfObject } from '../../render/names.ts'
import { isExternal, isZoned, serversIn } from '../../schemas/layout.ts'
import type { Mcrouter, Pool } from '../../schemas/mcrouter.ts'
import type { Observed } from '../observe/caches.ts'
import type { Child } from '../observe/child.ts'
import type { Pod } from '../observe/pod.ts'
import { serversOfCopy } from '../observe/tier.ts'
import { statefulSetOf } from '../observe/workload.ts'

/** What has a StatefulSet of its own, a pool or a copy of it that is in a zone: how large it is to be, and is. */
export interface UnitSize {
  /** Undefined for servers that are in no zone. */
  readonly copy: number | undefined
  /** 0 where the spec no longer has it. */
  readonly wanted: number
  readonly running: number
  readonly statefulSet: Child | undefined
}

export interface PoolSize {
  readonly name: string
  /** One where the pool has nothing to do with zones; else those of the spec, and after them those that it no longer has. */
  readonly units: readonly UnitSize[]
}

/** The pools of a spec whose servers are our own, and after them those that it no longer has and of which something is still there. */
export function poolSizes(mcrouter: Mcrouter, observed: Pick<Observed, 'children' | 'pods'>): PoolSize[] {
  const { children } = observed
  const own = mcrouter.pools.filter((pool) => !isExternal(pool))
  const there = children.flatMap((child) => poolOfObject(mcrouter, child) ?? [])
  return [...new Set([...own.map(({ name }) => name), ...there])].map((name) => {
    const wanted = unitsOf(own.find((pool) => pool.name === name))
    const found = children.filter((child) => child.kind === 'StatefulSet')
    const copies = found
      .filter((child) => poolOfObject(mcrouter, child) === name)
      .map((child) => copyOfObject(mcrouter, child))
      // In the order of their places; what is in no zone is sorted to the end.
      .toSorted((one = 0, other = 0) => one - other)
    const all = [...new Set([...wanted.keys(), ...copies])]
    const units = all.length === 0 ? [undefined] : all
    return {
      name,
      units: units.map((copy) => sized(mcrouter, name, copy, wanted.get(copy) ?? 0, observed)),
    }
  })
}

/** By copy, how many servers the spec wants; none where it does not have the pool. */
function unitsOf(pool: Pool | undefined): ReadonlyMap<number | undefined, number> {
  if (pool === undefined) return new Map()
  if (!isZoned(pool)) return new Map([[undefined, serversIn(pool)]])
  return new Map(pool.zones.map((_, copy) => [copy, pool.shards]))
}

function sized(
  mcrouter: Mcrouter,
  pool: string,
  copy: number | undefined,
  wanted: number,
  { children, pods }: Pick<Observed, 'children' | 'pods'>,
): UnitSize {
  const statefulSet = statefulSetOf(mcrouter, pool, children, copy)
  const running = runningServers(statefulSet, serversOfCopy(pods, pool, copy))
  return { copy, wanted, running, statefulSet }
}

/** Replicas of the StatefulSet; where it was deleted and its pods were orphaned, as many as the highest of them needs. */
function runningServers(statefulSet: Child | undefined, servers: readonly Pod[]): number {
  if (statefulSet !== undefined) return statefulSet.replicas
  return Math.max(-1, ...servers.filter(({ deleting }) => !deleting).map(({ ordinal }) => ordinal)) + 1
}
