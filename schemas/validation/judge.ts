import { type Identity, identify } from '../identity.ts'
import { INHERITS_NOTHING, type Inheritance, type Inherited, inheritedFrom } from '../inheritance.ts'
import { isJsonObject, type JsonObject } from '../json.ts'
import type { Mcrouter } from '../mcrouter.ts'
import { convert } from '../v1alpha3/convert.ts'
import { withoutFormerDefault } from '../v1alpha3/former-default.ts'
import { manifestViolations } from './manifest.ts'
import { validate } from './validate.ts'
import type { Judgement, Violation } from './violation.ts'
import { warningsAbout } from './warnings.ts'
import { FILE, writingOf } from './writing.ts'

export interface JudgeOptions {
  /** The object before the update; undefined on create. */
  readonly stored?: JsonObject
  /** Whether the update is known to be the whole object, and not something that was merged into the stored one. */
  readonly replaces?: boolean
  /**
   * Of a `file` all was written by somebody: fields that are not known are misspelt ones. From the `api` they may be of a
   * newer release, and defaults may have been filled in.
   */
  readonly source?: 'api' | 'file'
  /** By default nothing is inherited. */
  readonly inherit?: Inheritance
}

/**
 * Judges a whole Mcrouter: normalises and completes its spec, and accepts it or says everything that is wrong with it at
 * once. Never throws, whatever JSON `object` holds. An update that leaves the spec alone needs no judging (unchanged.ts).
 */
export function judge(
  object: JsonObject,
  { stored, replaces = false, source = 'api', inherit = INHERITS_NOTHING }: JudgeOptions = {},
): Judgement {
  const identity = identify(object)
  const around = source === 'file' ? manifestViolations(object) : []
  const storedSpec = isJsonObject(stored?.spec) ? stored.spec : undefined
  const writing = source === 'file' ? FILE : writingOf(object, replaces ? undefined : storedSpec)
  const relieved = withoutFormerDefault(object.spec, writing)
  const validity = validate(relieved.spec, writing)
  if (!('name' in identity) || !validity.valid || around.length > 0) {
    return refused([
      ...('name' in identity ? [] : identity),
      ...around,
      ...(validity.valid ? [] : validity.violations),
    ])
  }
  const { spec, aliases } = validity
  const mcrouter = convert(identity, spec, inheritedFrom(object.metadata, inherit))
  return {
    accepted: true,
    mcrouter,
    spec,
    warnings: [
      ...relieved.warnings,
      ...warningsAbout(
        mcrouter,
        aliases,
        before(identity, storedSpec, inheritedFrom(stored?.metadata, inherit)),
      ),
    ],
  }
}

/** Undefined when what is stored was never valid: there is nothing to compare with. */
function before(
  identity: Identity,
  spec: JsonObject | undefined,
  inherited: Inherited,
): Mcrouter | undefined {
  if (spec === undefined) return undefined
  const validity = validate(spec)
  return validity.valid ? convert(identity, validity.spec, inherited) : undefined
}

/** More violations than a person reads are counted, not listed. */
const MOST = 50

function refused(violations: readonly Violation[]): Judgement {
  if (violations.length <= MOST) return { accepted: false, violations }
  const rest = `Forbidden: and ${violations.length - MOST} more violations`
  const last: Violation = { path: 'spec', reason: 'FieldValueForbidden', message: rest }
  return { accepted: false, violations: [...violations.slice(0, MOST), last] }
}
