import { quote } from '../../text/quote.ts'
import type { Normalised } from '../api-version.ts'
import { valueAt } from '../fields.ts'
import type { JsonObject } from '../json.ts'
import type { Layout } from '../layout.ts'
import type { Violation } from '../validation/violation.ts'
import type { Writing } from '../validation/writing.ts'
import {
  type Counts,
  countedIn,
  DEFAULT_LAYOUT,
  type InStep,
  inStep,
  isContradictory,
  topologyIn,
} from './counts.ts'
import { countsIn, withCounts, withoutReplicasOfExternal } from './replicas.ts'

/**
 * Keeps replicas of the main pool and the number that they count in step: a person writes either, a scale sets replicas. Counts that are
 * not sound stay as they are, for the schema to refuse.
 */
export function normalise(spec: JsonObject, writing: Writing): Normalised {
  const plain = { spec, written: NONE, violations: [], warnings: [] }
  const now = countsIn(spec)
  if (now === undefined) return { ...plain, ...ofExternal(spec, writing) }
  const stored = writing.mergedInto && countsIn(writing.mergedInto)
  const meant = stored === undefined ? now : since(stored, now, writing)
  const step = inStep(meant)
  const counted = countedIn(meant)
  // Given, and overruled.
  const isOverruled = meant.replicas !== undefined && now[counted] !== step.replicas
  const isWritten = wroteBoth(counted, spec, writing) || now[counted] !== DEFAULT_LAYOUT[counted]
  if (isOverruled && isWritten && isTurned(meant, stored ?? replacedBy(writing)))
    return { ...plain, violations: [turned(counted, now, step.replicas)] }
  const isLeft = isLeftOver(stored, now, counted) && !wroteBoth(counted, spec, writing)
  return {
    ...plain,
    spec: isSame(now, step) ? spec : withCounts(spec, step),
    written: isOverruled ? new Map([[`memcached.${counted}`, 'memcached.replicas']]) : NONE,
    warnings: isOverruled && isWritten && !isLeft ? [overruled(counted, now[counted], step.replicas)] : [],
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

/** Whether one manifest has replicas and what they count. */
function wroteBoth(counted: keyof Layout, spec: JsonObject, { wrote }: Writing): boolean {
  // What is not there has its default, and a file has no more than was written.
  return (
    valueAt(spec, ['memcached', counted]) !== undefined && wrote('memcached.replicas', `memcached.${counted}`)
  )
}

/** Whether replicas would count something else by now, though nobody said so. */
function isTurned(meant: Counts, before: Counts | undefined): boolean {
  return before !== undefined && meant.replicasOf === undefined && topologyIn(meant) !== topologyIn(before)
}

const NONE: ReadonlyMap<string, string> = new Map()

/** What is meant by counts that were merged into others. */
function since(stored: Counts, now: Counts, { wrote }: Writing): Counts {
  // Only what was stored says what was scaled: a manifest without replicas means the counts that it has.
  if (now.replicas === undefined) return withoutLeftOver(stored, now, wrote)
  const before = inStep(stored)
  const changed = {
    shards: now.shards === stored.shards ? before.shards : now.shards,
    copies: now.copies === stored.copies ? before.copies : now.copies,
    replicas: now.replicas,
    replicasOf: now.replicasOf === stored.replicasOf ? before.replicasOf : now.replicasOf,
  }
  const merged = withoutLeftOver(before, changed, wrote)
  if (now.replicas !== before.replicas || isSameLayout(merged, before)) return merged
  // Another layout, beside replicas that were there before.
  const areWritten = wrote('memcached.replicas', `memcached.${countedIn(merged)}`)
  return areWritten ? merged : { ...merged, replicas: undefined }
}

/** Copies of what are several shards by now go, unless somebody says so again. */
function withoutLeftOver(before: Counts, now: Counts, wrote: Writing['wrote']): Counts {
  const isLeft = isContradictory(now) && before.replicasOf === now.replicasOf && before.shards !== now.shards
  return isLeft && !wrote('memcached.shards', 'memcached.replicasOf')
    ? { ...now, replicasOf: undefined }
    : now
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
