import { quote } from '../../text/quote.ts'
import isComplete from '../generated/complete.js'
import { isJsonObject, type JsonObject } from '../json.ts'
import { WrittenSpec } from '../v1alpha3/aliases.ts'
import { normalise } from '../v1alpha3/normalise.ts'
import { McrouterSpec } from '../v1alpha3/spec.ts'
import { withDefaults } from './defaults.ts'
import { SPEC } from './path.ts'
import { withoutNulls } from './prune-nulls.ts'
import { RULES } from './rules/index.ts'
import type { Rule } from './rules/rule.ts'
import { shapeOf } from './shape.ts'
import { oversized } from './size-limits.ts'
import { unknownFields } from './unknown-fields.ts'
import { hazards } from './unsafe-values.ts'
import type { Violation } from './violation.ts'
import { FILE, UNKNOWN, type Writing } from './writing.ts'

export type Validity =
  | {
      readonly valid: true
      /**
       * Normalised and complete; fields that the schema does not know are still in it. What came, itself, where there was
       * nothing to do.
       */
      readonly spec: McrouterSpec
      /** Deprecated spellings that were used. */
      readonly aliases: readonly string[]
    }
  | { readonly valid: false; readonly violations: readonly Violation[] }

/**
 * Normalises and completes a spec, and checks it in full: every field by itself first, then what spans fields, as far as
 * the fields concerned are sound.
 * @param written the spec as it came; none is an empty one
 */
export function validate(written: unknown, writing: Writing = UNKNOWN): Validity {
  // Almost every spec comes complete from the API server: each field sound, none missing that has a default, none unknown,
  // null or in a deprecated spelling. The checks one by one would find nothing.
  if (isComplete(written)) return validityOf(written)
  return checkOneByOne(written, writing)
}

function validityOf(spec: McrouterSpec): Validity {
  const violations = brokenIn(spec, RULES)
  return violations.length > 0 ? { valid: false, violations } : { valid: true, spec, aliases: [] }
}

/** What {@link validate} does with a spec that there is something to say about or to change in. */
export function checkOneByOne(written: unknown, writing: Writing): Validity {
  // Every check copies the spec, or walks all of it.
  if (isJsonObject(written) && Object.keys(written).length > MOST_FIELDS)
    return { valid: false, violations: [tooManyFields(written)] }
  const hazardous = hazards(written, SPEC)
  // Nothing else looks at such a spec: the rest relies on it being plain data.
  if (hazardous.length > 0) return { valid: false, violations: hazardous }
  const given = withoutNulls(written ?? {}, WrittenSpec)
  if (!isJsonObject(given)) return { valid: false, violations: [notAnObject(given)] }

  const { spec, written: aliases, violations: conflicts } = normalise(given, writing)
  const large = oversized(spec, McrouterSpec, SPEC)
  const shape = shapeOf(withDefaults(without(spec, large)))
  const unsound = shape.sound ? large : [...large, ...shape.violations]
  // The rules see a spec in which unsound fields have their defaults.
  const ruled = unsound.length === 0 ? shape : shapeOf(withDefaults(without(spec, unsound)))
  const violations = [
    ...conflicts,
    ...respelt([...unsound, ...(ruled.sound ? brokenRules(ruled.spec, unsound) : [])], aliases),
    ...(writing === FILE ? unknownFields(given, WrittenSpec, SPEC) : []),
  ]
  if (violations.length > 0 || !shape.sound) return { valid: false, violations }
  return { valid: true, spec: shape.spec, aliases: [...aliases.values()] }
}

/** Of the rules that read no unsound field. */
function brokenRules(spec: McrouterSpec, unsound: readonly Violation[]): Violation[] {
  if (unsound.length === 0) return brokenIn(spec, RULES)
  const fields = new Set(unsound.map(fieldOf))
  const rules = RULES.filter(({ reads }) => !reads.some((field) => fields.has(field)))
  return brokenIn(spec, rules)
}

function brokenIn(spec: McrouterSpec, rules: readonly Rule[]): Violation[] {
  const broken: Violation[] = []
  for (const { violations } of rules) broken.push(...violations(spec))
  return broken
}

function without(spec: JsonObject, violations: readonly Violation[]): JsonObject {
  if (violations.length === 0) return spec
  const fields = new Set(violations.map(fieldOf))
  return Object.fromEntries(Object.entries(spec).filter(([field]) => !fields.has(field)))
}

/** The field of the spec that a path begins with. */
function fieldOf({ path }: Violation): string {
  return /^spec\.(\w+)/.exec(path)?.[1] ?? ''
}

/** Paths as the user wrote them. */
function respelt(violations: readonly Violation[], aliases: ReadonlyMap<string, string>): Violation[] {
  return violations.map((violation) => {
    const field = fieldOf(violation)
    const alias = aliases.get(field)
    return alias === undefined ? violation : { ...violation, path: violation.path.replace(field, alias) }
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
