import { quote } from '../../text/quote.ts'
import type { ApiVersion } from '../api-version.ts'
import type { Keys, Settings } from '../fields.ts'
import { isJsonObject, type JsonObject } from '../json.ts'
import type { Schema } from '../schema.ts'
import { STORED } from '../versions.ts'
import { elsewhere } from './elsewhere.ts'
import { SPEC } from './path.ts'
import { isWritten } from './pool-place.ts'
import { withoutNulls } from './prune-nulls.ts'
import { rulesOf } from './rules/index.ts'
import type { Rule, Written } from './rules/rule.ts'
import { type Shape, shapeOf } from './shape.ts'
import { oversized } from './size-limits.ts'
import { unknownFields } from './unknown-fields.ts'
import { hazards } from './unsafe-values.ts'
import { fieldAt, overlap, overlapAnywhere, without } from './unsound.ts'
import type { Violation, Warning } from './violation.ts'
import { FILE, UNKNOWN, type Writing } from './writing.ts'

export type Validity =
  | {
      readonly valid: true
      /**
       * Normalised and complete; fields that the schema does not know are still in it. What came, itself, where there was
       * nothing to do.
       */
      readonly spec: JsonObject
      readonly settings: Settings
      /** Of deprecated spellings that were used. */
      readonly warnings: readonly Warning[]
    }
  | { readonly valid: false; readonly violations: readonly Violation[] }

/**
 * Normalises and completes a spec, and checks it in full: every field by itself first, then what spans fields, as far as
 * the fields concerned are sound.
 * @param written the spec as it came; none is an empty one
 */
export function validate(written: unknown, writing: Writing = UNKNOWN, version = STORED): Validity {
  // Almost every spec comes complete from the API server: each field sound, none missing that has a default, none unknown,
  // null or in a deprecated spelling. The checks one by one would find nothing.
  const settings =
    isJsonObject(written) && !isUnsettled(writing, version) ? version.complete(written) : undefined
  if (settings !== undefined && isJsonObject(written)) return validityOf(written, settings, version)
  return checkOneByOne(written, writing, version)
}

/** Whether a spec was merged into one that a scale had left out of step: what is in step by now may be so by chance. */
function isUnsettled({ mergedInto }: Writing, version: ApiVersion): boolean {
  return mergedInto !== undefined && version.settled(mergedInto) !== mergedInto
}

function validityOf(spec: JsonObject, settings: Settings, version: ApiVersion): Validity {
  const violations = brokenIn(settings, { spec, version }, NOTHING_UNSOUND)
  return violations.length > 0
    ? { valid: false, violations }
    : { valid: true, spec, settings, warnings: NO_WARNINGS }
}

const NOTHING_UNSOUND: readonly Keys[] = []
const NO_WARNINGS: readonly Warning[] = []

/** What {@link validate} does with a spec that there is something to say about or to change in. */
export function checkOneByOne(written: unknown, writing: Writing, version = STORED): Validity {
  // Every check copies the spec, or walks all of it.
  if (isJsonObject(written) && Object.keys(written).length > MOST_FIELDS)
    return { valid: false, violations: [tooManyFields(written)] }
  const hazardous = hazards(written, SPEC)
  // Nothing else looks at such a spec: the rest relies on it being plain data.
  if (hazardous.length > 0) return { valid: false, violations: hazardous }
  const { schema, writtenSchema, withDefaults } = version
  const given = withoutNulls(written ?? {}, writtenSchema)
  if (!isJsonObject(given)) return { valid: false, violations: [notAnObject(given)] }

  const { spec, written: aliases, violations: conflicts, warnings } = version.normalise(given, writing)
  const large = oversized(spec, schema, SPEC)
  const complete = withDefaults(without(spec, fieldsOf(large, schema)))
  const shape = shapeOf(complete, version)
  const unsound = shape.sound ? large : [...large, ...shape.violations]
  // The rules see a spec in which unsound fields have their defaults.
  const fields = fieldsOf(unsound, schema)
  const mended = unsound.length === 0 ? complete : withDefaults(without(spec, fields))
  const ruled = unsound.length === 0 ? shape : quickShapeOf(mended, version)
  const broken = ruled.sound ? brokenIn(ruled.settings, { spec: mended, version }, fields) : []
  const violations = [
    ...conflicts,
    ...respelt([...unsound, ...broken], aliases),
    ...(writing === FILE
      ? unknownFields(given, writtenSchema, SPEC, (name) => elsewhere(name, version))
      : []),
  ]
  if (violations.length > 0 || !shape.sound) return { valid: false, violations }
  return { valid: true, spec: complete, settings: shape.settings, warnings }
}

/** The same as {@link shapeOf}, sooner where there is nothing to find. */
function quickShapeOf(spec: JsonObject, version: ApiVersion): Shape {
  const settings = version.complete(spec)
  return settings === undefined ? shapeOf(spec, version) : { sound: true, settings }
}

/** What breaks a rule, of those that read no unsound field. */
function brokenIn(settings: Settings, written: Written, unsound: readonly Keys[]): Violation[] {
  const broken: Violation[] = []
  for (const rule of rulesOf(written.version)) {
    if ('violations' in rule) {
      if (!readsOne(rule, unsound, written)) broken.push(...rule.violations(settings, written))
      continue
    }
    let index = 0
    for (const pool of settings.pools) {
      if (isWritten(index, written) && !readsOne(rule, unsound, written, index))
        broken.push(...rule.ofPool(pool, index, written, settings))
      index += 1
    }
  }
  return broken
}

/** @param pool the one that it is asked of; it looks at others as well where it goes by their names */
function readsOne({ reads }: Rule, unsound: readonly Keys[], { version }: Written, pool?: number): boolean {
  if (unsound.length === 0) return false
  const isOfAll = pool === undefined || reads.includes('pool.name')
  const [pools, isRead] = isOfAll ? [ANY_POOL, overlapAnywhere] : [[pool], overlap]
  return reads.some((one) => {
    const [field, ...within] = typeof one === 'string' ? [one] : one
    return pools.some((index) => {
      const at = version.keysOf(field, index)
      return at !== undefined && unsound.some((keys) => isRead(keys, [...at, ...within]))
    })
  })
}

/** The main pool, and the one that stands for all others. */
const ANY_POOL = [0, 1]

function fieldsOf(violations: readonly Violation[], schema: Schema): Keys[] {
  return violations.map(({ path }) => fieldAt(path, schema)).filter((keys) => keys.length > 0)
}

/** Paths as the user wrote them. */
function respelt(violations: readonly Violation[], aliases: ReadonlyMap<string, string>): Violation[] {
  if (aliases.size === 0) return [...violations]
  return violations.map((violation) => {
    for (const [field, alias] of aliases) {
      const start = `spec.${field}`
      const rest = violation.path.slice(start.length)
      if (violation.path.startsWith(start) && !/^\w/.test(rest)) {
        return { ...violation, path: `spec.${alias}${rest}` }
      }
    }
    return violation
  })
}

/** Many times what this API has, and any later one of it will. */
const MOST_FIELDS = 1000

function tooManyFields(spec: JsonObject): Violation {
  const message = `Invalid value: an object: must have at most ${MOST_FIELDS} fields, has ${Object.keys(spec).length}`
  return { path: 'spec', reason: 'FieldValueInvalid', message }
}

function notAnObject(spec: unknown): Violation {
  const message = `Invalid value: ${quote(spec)}: must be an object with the fields of a Mcrouter's spec`
  return { path: 'spec', reason: 'FieldValueInvalid', message }
}
