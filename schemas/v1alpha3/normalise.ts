import { isDeepStrictEqual } from 'node:util'
import { quote } from '../../text/quote.ts'
import type { Normalised } from '../api-version.ts'
import type { JsonObject } from '../json.ts'
import type { Schema } from '../schema.ts'
import type { Violation } from '../validation/violation.ts'
import { UNKNOWN, type Writing } from '../validation/writing.ts'
import { ALIASES } from './aliases.ts'
import { McrouterSpec } from './spec.ts'

/**
 * Rewrites the deprecated spelling of a spec to snake_case.
 *
 * Both spellings are often there although a user wrote one of them: the API server fills the default of the snake_case
 * field in before a webhook sees the object, and an apply merges what the user wrote into what is stored.
 */
export function normalise(spec: JsonObject, writing: Writing = UNKNOWN): Normalised {
  if (!ALIAS_NAMES.some((alias) => Object.hasOwn(spec, alias)))
    return { spec, written: NONE, violations: [], warnings: [] }
  const result = new Map(Object.entries(spec))
  const written = new Map<string, string>()
  const violations: Violation[] = []
  for (const [alias, field] of Object.entries(ALIASES)) {
    if (!result.has(alias)) continue
    const both: Both = { field: result.get(field), alias: result.get(alias) }
    result.delete(alias)
    const winner = winnerOf(both, alias, field, writing)
    if (winner === 'alias') {
      result.set(field, both.alias)
      written.set(field, alias)
    }
    if (winner === 'neither') violations.push(conflict(alias, field, both))
  }
  return { spec: Object.fromEntries(result), written, violations, warnings: deprecations(written) }
}

function deprecations(written: ReadonlyMap<string, string>): string[] {
  if (written.size === 0) return []
  const [fields, aliases] = [[...written.keys()], [...written.values()]]
  return [`deprecated spelling: ${aliases.join(', ')}; write ${fields.join(', ')}`]
}

const ALIAS_NAMES = Object.keys(ALIASES)
type Aliased = (typeof ALIASES)[keyof typeof ALIASES]
const NONE: ReadonlyMap<string, string> = new Map()

/** The values of one field in its two spellings, undefined where not given. */
interface Both {
  readonly field: unknown
  readonly alias: unknown
}

/**
 * The spelling that holds what the user wants; neither when both were written and differ. The same manifest gets the same
 * answer whatever is stored.
 */
function winnerOf(
  now: Both,
  alias: string,
  field: Aliased,
  { mergedInto: stored, wrote }: Writing,
): 'field' | 'alias' | 'neither' {
  if (now.field === undefined || same(now.field, now.alias)) return 'alias'
  if (wrote(alias, field)) return 'neither'
  const isDefault = same(now.field, defaultOf(field))
  if (stored?.[alias] !== undefined) {
    // Stored without the webhook: what changed in this request is known for each spelling by itself.
    const fieldChanged = !same(now.field, stored[field])
    const aliasChanged = !same(now.alias, stored[alias])
    if (fieldChanged !== aliasChanged) return fieldChanged ? 'field' : 'alias'
    return isDefault ? 'alias' : 'neither'
  }
  // What is stored has no alias, so that this one was written by the user in this request. The snake_case value was
  // not if it is the default (filled in on create, on a replace, and on an apply that drops the field for its alias)
  // or what is stored (merged in).
  return isDefault || (stored !== undefined && same(now.field, stored[field])) ? 'alias' : 'neither'
}

function defaultOf(field: Aliased): unknown {
  const { default: value }: Schema = McrouterSpec.properties[field]
  return value
}

function same(one: unknown, other: unknown): boolean {
  return isDeepStrictEqual(one, other)
}

function conflict(alias: string, field: string, { field: one, alias: other }: Both): Violation {
  const message = `Invalid value: ${quote(other)}: ${alias} is the deprecated spelling of ${field}, which is ${quote(one)} here; keep ${field} only`
  return { path: `spec.${alias}`, reason: 'FieldValueInvalid', message }
}
