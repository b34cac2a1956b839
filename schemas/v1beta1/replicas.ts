import { isDeepStrictEqual } from 'node:util'
import { isJsonObject, type JsonObject } from '../json.ts'
import { topologyOf } from '../layout.ts'
import { POOL_SIZE } from '../pool-size.ts'
import {
  type Counts,
  countedIn,
  DEFAULT_LAYOUT,
  type InStep,
  inStep,
  isContradictory,
  topologyIn,
} from './counts.ts'
import type { McrouterSpec } from './spec.ts'

// The counts of the main pool where a spec has them, as JSON that need not be sound.

/** Of a pool that has servers of its own, all of them sound; undefined for any other. What is left out has its default. */
export function countsIn(spec: JsonObject): Counts | undefined {
  const pool = mainIn(spec)
  if (pool === undefined || hasExternal(pool)) return undefined
  const { shards = DEFAULT_LAYOUT.shards, copies = DEFAULT_LAYOUT.copies, replicas, replicasOf } = pool
  if (!isCount(shards) || !isCount(copies)) return undefined
  if (replicas !== undefined && !isCount(replicas)) return undefined
  if (replicasOf !== undefined && replicasOf !== 'Shards' && replicasOf !== 'Copies') return undefined
  return { shards, copies, replicas, replicasOf }
}

/** A spec with these. */
export function withCounts(spec: JsonObject, { shards, copies, replicas, replicasOf }: InStep): JsonObject {
  const { replicasOf: _, ...pool } = mainIn(spec) ?? {}
  const memcached = { ...pool, shards, copies, replicas, ...(replicasOf !== undefined && { replicasOf }) }
  return { ...spec, memcached }
}

/** Servers that others run are not scaled; itself where they are not asked to be. */
export function withoutReplicasOfExternal(spec: JsonObject): JsonObject {
  const pool = mainIn(spec)
  if (pool?.replicas === undefined || !hasExternal(pool)) return spec
  const { replicas: _, ...memcached } = pool
  return { ...spec, memcached }
}

/**
 * A stored spec as the next write leaves it: a scale sets replicas alone, and nobody need have seen it yet. Also without a word that
 * follows from the rest, so that the same layout is the same spec, and a version without these words has nothing to keep.
 */
export function settled(spec: JsonObject): JsonObject {
  const counts = countsIn(spec)
  if (counts === undefined) return withoutReplicasOfExternal(spec)
  const { shards, copies } = mainIn(spec) ?? {}
  // Without a scale, what is left out stays so.
  const isComplete = shards !== undefined && copies !== undefined
  if ((!isComplete && counts.replicas === undefined) || isContradictory(counts)) return spec
  const { replicasOf, ...step } = inStep(counts)
  const isImplied = topologyIn({ ...step, replicasOf }) === topologyOf(step)
  const now = withCounts(spec, isImplied ? step : { ...step, replicasOf })
  return isDeepStrictEqual(now, spec) ? spec : now
}

/** Without replicas that say what the layout says: beside them, whoever changed that in a file would be told that they win. */
export function withoutReplicas(spec: JsonObject): JsonObject {
  const counts = countsIn(spec)
  if (counts?.replicas === undefined || counts.replicas !== counts[countedIn(counts)]) return spec
  const { replicas: _, ...memcached } = mainIn(spec) ?? {}
  return { ...spec, memcached }
}

/** Whether there is nothing to write anew in the counts of a spec that is sound. */
export function isInStep({ memcached }: McrouterSpec): boolean {
  const { replicas, external } = memcached
  if (external.length > 0) return replicas === undefined
  if (isContradictory(memcached)) return false
  return replicas === memcached[countedIn(memcached)]
}

function mainIn({ memcached = {} }: JsonObject): JsonObject | undefined {
  return isJsonObject(memcached) ? memcached : undefined
}

function hasExternal({ external }: JsonObject): boolean {
  return Array.isArray(external) && external.length > 0
}

function isCount(value: unknown): value is number {
  return (
    typeof value === 'number' &&
    Number.isInteger(value) &&
    value >= POOL_SIZE.minimum &&
    value <= POOL_SIZE.maximum
  )
}
