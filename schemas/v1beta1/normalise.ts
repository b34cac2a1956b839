import type { Normalised } from '../api-version.ts'
import type { JsonObject } from '../json.ts'
import type { Layout } from '../layout.ts'
import type { Writing } from '../validation/writing.ts'
import { type Counts, countedIn, DEFAULT_LAYOUT, type InStep, inStep, isContradictory } from './counts.ts'
import { countsIn, withCounts, withoutReplicasOfExternal } from './replicas.ts'

/**
 * Keeps replicas of the main pool and the number that they count in step: a person writes either, a scale sets replicas. Counts that are
 * not sound stay as they are, for the schema to refuse.
 */
export function normalise(spec: JsonObject, writing: Writing): Normalised {
  const plain = { spec: withoutReplicasOfExternal(spec), written: NONE, violations: [], warnings: [] }
  const now = countsIn(spec)
  if (now === undefined) return plain
  const stored = writing.mergedInto && countsIn(writing.mergedInto)
  const meant = stored === undefined ? now : since(stored, now, writing)
  const step = inStep(meant)
  const counted = countedIn(meant)
  // Given, and overruled.
  const isOverruled = meant.replicas !== undefined && now[counted] !== step.replicas
  const isWritten =
    isOverruled && now[counted] !== DEFAULT_LAYOUT[counted] && !isLeftOver(stored, now, counted)
  return {
    ...plain,
    spec: isSame(now, step) ? plain.spec : withCounts(spec, step),
    written: isOverruled ? new Map([[`memcached.${counted}`, 'memcached.replicas']]) : NONE,
    warnings: isWritten ? [overruled(counted, now[counted], step.replicas)] : [],
  }
}

const NONE: ReadonlyMap<string, string> = new Map()

/** What is meant by counts that were merged into others. */
function since(stored: Counts, now: Counts, { wrote }: Writing): Counts {
  // Only what was stored says what was scaled: a manifest without replicas means the counts that it has.
  if (now.replicas === undefined) return withoutLeftOver(stored, now)
  const before = inStep(stored)
  const merged = withoutLeftOver(before, {
    shards: now.shards === stored.shards ? before.shards : now.shards,
    copies: now.copies === stored.copies ? before.copies : now.copies,
    replicas: now.replicas,
    replicasOf: now.replicasOf === stored.replicasOf ? before.replicasOf : now.replicasOf,
  })
  if (now.replicas !== before.replicas || isSameLayout(merged, before)) return merged
  // Another layout, beside replicas that were there before.
  const areWritten = wrote('memcached.replicas', `memcached.${countedIn(merged)}`)
  return areWritten ? merged : { ...merged, replicas: undefined }
}

/** Copies of what are several shards by now go, unless somebody says so again. */
function withoutLeftOver(before: Counts, now: Counts): Counts {
  const isLeft = isContradictory(now) && before.replicasOf === now.replicasOf && before.shards !== now.shards
  return isLeft ? { ...now, replicasOf: undefined } : now
}

/** Whether a number is as it is stored, so that nobody has to be told what becomes of it. */
function isLeftOver(stored: Counts | undefined, now: Counts, counted: keyof Layout): boolean {
  return stored !== undefined && stored[counted] === now[counted]
}

function isSameLayout(one: Counts, other: Counts): boolean {
  return one.shards === other.shards && one.copies === other.copies && one.replicasOf === other.replicasOf
}

function isSame(now: Counts, step: InStep): boolean {
  return isSameLayout(now, step) && now.replicas === step.replicas
}

function overruled(counted: keyof Layout, given: number, replicas: number): string {
  return `spec.memcached.${counted} ${given} is written as ${replicas}, which memcached.replicas says, as kubectl scale and autoscalers set it: write one of the two`
}
