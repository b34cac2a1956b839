import { quote } from '../../text/quote.ts'
import type { Normalised } from '../api-version.ts'
import { valueAt } from '../fields.ts'
import type { JsonObject } from '../json.ts'
import type { Layout } from '../layout.ts'
import type { Violation } from '../validation/violation.ts'
import type { Writing } from '../validation/writing.ts'
import {
  type Counts,
  completeCounts,
  countedIn,
  type GivenCounts,
  type InStep,
  inStep,
  isContradictory,
  replicasOf,
  topologyIn,
  withoutImplied,
} from './counts.ts'
import { countsIn, givenCounts, withCounts, withoutReplicasOfExternal } from './replicas.ts'

/**
 * Keeps replicas of the main pool and the number that they count in step: a person writes either, a scale sets replicas. What is left
 * out is filled in here and not by the API server, so that it is known to be nobody's word. Counts that are not sound stay as they are,
 * for the schema to refuse.
 */
export function normalise(spec: JsonObject, writing: Writing): Normalised {
  const plain = { spec, written: NONE, violations: [], warnings: [] }
  const given = givenCounts(spec)
  if (given === undefined) return { ...plain, ...ofExternal(spec, writing) }
  const stored = writing.mergedInto && givenCounts(writing.mergedInto)
  const before = stored === undefined ? replacedBy(writing) : completeCounts(stored)
  const said = asCounted(before, given)
  const meant = stored === undefined ? completeCounts(said) : since(stored, said, writing)
  const step = given.replicasOf === undefined ? withoutImplied(inStep(meant)) : inStep(meant)
  const counted = countedIn(meant)
  const number = given[counted]
  const isFromReplicas = meant.replicas !== undefined && number !== step.replicas
  const isOverruled = isFromReplicas && number !== undefined
  if (isOverruled && isTurned(meant, before))
    return { ...plain, violations: [turned(counted, completeCounts(given), step.replicas)] }
  // As it is stored, so that nobody has to be told what becomes of it.
  const isLeftOver = stored?.[counted] === number && !wroteBoth(counted, writing)
  return {
    ...plain,
    spec: isSame(given, step) ? spec : withCounts(spec, step),
    written: isFromReplicas ? new Map([[`memcached.${counted}`, 'memcached.replicas']]) : NONE,
    warnings: isOverruled && !isLeftOver ? [overruled(counted, number, step.replicas)] : [],
  }
}

/** Replicas go; silently where they are those of what was stored. */
function ofExternal(spec: JsonObject, { mergedInto, wrote }: Writing): Pick<Normalised, 'spec' | 'warnings'> {
  const now = withoutReplicasOfExternal(spec)
  if (now === spec) return { spec, warnings: [] }
  const replicas = valueAt(spec, REPLICAS)
  const isWritten = wrote('memcached.replicas') || replicas !== valueAt(mergedInto, REPLICAS)
  return { spec: now, warnings: isWritten ? [notScaled(replicas)] : [] }
}

const REPLICAS = ['memcached', 'replicas']

function replacedBy({ replaced }: Writing): Counts | undefined {
  return replaced && countsIn(replaced)
}

/** Replicas alone, without a word of what they count, count what they did before. */
function asCounted(before: Counts | undefined, given: GivenCounts): GivenCounts {
  const { shards, copies, replicas, replicasOf } = given
  const isAlone = replicas !== undefined && (shards ?? copies ?? replicasOf) === undefined
  return isAlone && before && countedIn(before) === 'copies' ? { ...given, replicasOf: 'Copies' } : given
}

/** Whether one manifest has replicas and what they count. */
function wroteBoth(counted: keyof Layout, { wrote }: Pick<Writing, 'wrote'>): boolean {
  return wrote('memcached.replicas', `memcached.${counted}`)
}

/** Whether replicas would count something else by now, though nobody said so. */
function isTurned(meant: Counts, before: Counts | undefined): boolean {
  return before !== undefined && meant.replicasOf === undefined && topologyIn(meant) !== topologyIn(before)
}

const NONE: ReadonlyMap<string, string> = new Map()

/** What is meant by counts that were merged into others. */
function since(stored: GivenCounts, given: GivenCounts, { wrote }: Writing): Counts {
  const now = completeCounts(given)
  // Only what was stored says what was scaled: a manifest without replicas means the counts that it has.
  if (given.replicas === undefined) return withoutLeftOver(completeCounts(stored), now, wrote)
  const before = inStep(completeCounts(stored))
  const changed = {
    shards: given.shards === stored.shards ? before.shards : now.shards,
    copies: given.copies === stored.copies ? before.copies : now.copies,
    replicas: given.replicas,
    replicasOf: given.replicasOf === stored.replicasOf ? before.replicasOf : given.replicasOf,
    zones: given.zones,
  }
  const merged = withoutLeftOver(before, withFollowing(before, changed, given), wrote)
  if (given.replicas !== before.replicas || isSameLayout(merged, before)) return merged
  // Another layout, beside replicas that were there before.
  const counted = countedIn(merged)
  const areMeant = given[counted] === undefined || wroteBoth(counted, { wrote })
  return areMeant ? merged : { ...merged, replicas: undefined }
}

/** The number that replicas counted follows them where it is left out, and would have no default that makes them count something else. */
function withFollowing(before: InStep, changed: Counts, given: GivenCounts): Counts {
  const counted = countedIn(before)
  if (given[counted] !== undefined) return changed
  const following = {
    ...changed,
    [counted]: before[counted],
    replicasOf: given.replicasOf ?? replicasOf(counted),
  }
  return countedIn(following) === counted ? following : changed
}

/** Copies of what are several shards by now go, unless somebody says so again. */
function withoutLeftOver(before: Counts, now: Counts, wrote: Writing['wrote']): Counts {
  const isLeft = isContradictory(now) && before.replicasOf === now.replicasOf && before.shards !== now.shards
  return isLeft && !wrote('memcached.shards', 'memcached.replicasOf')
    ? { ...now, replicasOf: undefined }
    : now
}

function isSameLayout(one: GivenCounts, other: GivenCounts): boolean {
  return (
    one.shards === other.shards &&
    one.copies === other.copies &&
    one.replicasOf === other.replicasOf &&
    hasZones(one) === hasZones(other)
  )
}

function hasZones({ zones = [] }: GivenCounts): boolean {
  return zones.length > 0
}

function isSame(now: GivenCounts, step: InStep): boolean {
  return isSameLayout(now, step) && now.replicas === step.replicas
}

function overruled(counted: keyof Layout, given: number, replicas: number): string {
  return `spec.memcached.${counted} ${given} is written as ${replicas}, which memcached.replicas says, as kubectl scale and autoscalers set it: write shards and copies, and no replicas`
}

function turned(counted: keyof Layout, { shards, copies }: Counts, replicas: number): Violation {
  const message = `Invalid value: ${replicas}: it would count ${counted} from now on, and ${OTHER[counted]} no more, with shards ${shards} and copies ${copies} beside it: take it out, where these are meant, or say with replicasOf what it counts`
  return { path: 'spec.memcached.replicas', reason: 'FieldValueInvalid', message }
}

const OTHER: Readonly<Record<keyof Layout, keyof Layout>> = { shards: 'copies', copies: 'shards' }

function notScaled(replicas: unknown): string {
  return `spec.memcached.replicas ${quote(replicas)} is left out: servers that others run are not scaled; take it out of the manifest`
}
