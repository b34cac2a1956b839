import { isDeepStrictEqual } from 'node:util'
import { isJsonObject, type JsonObject } from '../json.ts'
import { POOL_SIZE } from '../pool-size.ts'
import {
  type Counts,
  completeCounts,
  countedIn,
  type GivenCounts,
  type InStep,
  inStep,
  isContradictory,
  withoutImplied,
} from './counts.ts'
import type { McrouterSpec } from './spec.ts'

// The counts of the main pool where a spec has them, as JSON that need not be sound.

/** Of a pool that has servers of its own, all of them sound; undefined for any other. */
export function givenCounts(spec: JsonObject): GivenCounts | undefined {
  const pool = mainIn(spec)
  if (pool === undefined || hasExternal(pool)) return undefined
  const { shards, copies, replicas, replicasOf, zones } = pool
  if (!isCountOrNone(shards) || !isCountOrNone(copies) || !isCountOrNone(replicas)) return undefined
  if (replicasOf !== undefined && replicasOf !== 'Shards' && replicasOf !== 'Copies') return undefined
  return { shards, copies, replicas, replicasOf, ...(Array.isArray(zones) && { zones }) }
}

/** The same, in which what is left out has its default. */
export function countsIn(spec: JsonObject): Counts | undefined {
  const given = givenCounts(spec)
  return given && completeCounts(given)
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
  const given = givenCounts(spec)
  if (given === undefined) return withoutReplicasOfExternal(spec)
  const counts = completeCounts(given)
  // Without a scale, what is left out stays so.
  const isComplete = given.shards !== undefined && given.copies !== undefined
  if ((!isComplete && given.replicas === undefined) || isContradictory(counts)) return spec
  const now = withCounts(spec, withoutImplied(inStep(counts)))
  return isDeepStrictEqual(now, spec) ? spec : now
}

/** Without replicas that say what the layout says: beside them, whoever changed that in a file would be told that they win. */
export function withoutReplicas(spec: JsonObject): JsonObject {
  const counts = countsIn(spec)
  if (counts?.replicas === undefined || counts.replicas !== counts[countedIn(counts)]) return spec
  const { replicas: _, ...memcached } = mainIn(spec) ?? {}
  return { ...spec, memcached }
}

/** A spec in which shards that are left out are those that its other counts go with, where that is not the default of the schema. */
export function withImpliedShards(spec: JsonObject): JsonObject {
  const pool = mainIn(spec)
  if (pool?.replicasOf !== 'Copies' || pool.shards !== undefined) return spec
  return { ...spec, memcached: { ...pool, shards: completeCounts({ replicasOf: 'Copies' }).shards } }
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

function isCountOrNone(value: unknown): value is number | undefined {
  if (value === undefined) return true
  return (
    typeof value === 'number' &&
    Number.isInteger(value) &&
    value >= POOL_SIZE.minimum &&
    value <= POOL_SIZE.maximum
  )
}
