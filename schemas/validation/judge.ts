import type { ApiVersion, Versions } from '../api-version.ts'
import type { Settings } from '../fields.ts'
import { type Identity, identify } from '../identity.ts'
import { INHERITS_NOTHING, type Inheritance, type Inherited, inheritedFrom } from '../inheritance.ts'
import { isJsonObject, type JsonObject } from '../json.ts'
import type { Access, Mcrouter } from '../mcrouter.ts'
import { VERSIONS } from '../versions.ts'
import { accessOf } from './access.ts'
import { largeConfig } from './config-size.ts'
import { consentViolations } from './consent.ts'
import { longSpec } from './kept-spec.ts'
import { likelyVersion } from './likely-version.ts'
import { manifestViolations } from './manifest.ts'
import { ownHosts } from './own-hosts.ts'
import { longPoolNames } from './pool-name-length.ts'
import { withStoredImages } from './stored-images.ts'
import { validate } from './validate.ts'
import type { Judgement, Violation } from './violation.ts'
import { warningsAbout } from './warnings.ts'
import { FILE, UNKNOWN, writingOf } from './writing.ts'

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
  readonly versions?: Versions
}

/**
 * Judges a whole Mcrouter: normalises and completes its spec, and accepts it or says everything that is wrong with it at
 * once. Never throws, whatever JSON `object` holds. An update that leaves the spec alone needs no judging (unchanged.ts).
 */
export function judge(
  object: JsonObject,
  {
    stored,
    replaces = false,
    source = 'api',
    inherit = INHERITS_NOTHING,
    versions = VERSIONS,
  }: JudgeOptions = {},
): Judgement {
  const identity = identify(object, versions)
  const version = likelyVersion(object, versions)
  const around = source === 'file' ? manifestViolations(object, version.writtenSchema) : []
  const storedSpec = isJsonObject(stored?.spec) ? stored.spec : undefined
  const writing =
    source === 'file'
      ? FILE
      : writingOf(object, replaces ? { replaced: storedSpec } : { mergedInto: storedSpec })
  const relieved = version.withoutFormerDefaults(object.spec, writing)
  const validity = validate(withStoredImages(relieved.spec, storedSpec, version), writing, version)
  if (!('name' in identity) || !validity.valid || around.length > 0) {
    return refused([
      ...('name' in identity ? [] : identity),
      ...around,
      ...(validity.valid ? [] : validity.violations),
    ])
  }
  const { spec, settings, warnings } = validity
  const accessible = accessOf(object.metadata, settings)
  const access = 'access' in accessible ? accessible.access : undefined
  const mcrouter = mcrouterOf(identity, settings, access, inheritedFrom(object.metadata, inherit))
  const before = beforeIt(identity, storedSpec, inheritedFrom(stored?.metadata, inherit), version)
  const more = [
    ...('violations' in accessible ? accessible.violations : []),
    ...longSpec(spec, version),
    ...(settings.pools.length > 1 ? longPoolNames(identity.name, settings, version) : []),
    ...largeConfig(identity, settings, version),
    ...ownHosts(identity, settings, version),
    ...(before !== undefined && version.asksConsent
      ? consentViolations(before, mcrouter, object.metadata, { spec, version }, stored?.status)
      : []),
  ]
  if (more.length > 0) return refused(more)
  return {
    accepted: true,
    mcrouter,
    ...(before !== undefined && { before }),
    spec,
    warnings: [...relieved.warnings, ...warnings, ...warningsAbout(mcrouter, version, before)],
  }
}

/** Undefined when what is stored was never valid: there is nothing to compare with. */
function beforeIt(
  identity: Identity,
  spec: JsonObject | undefined,
  inherited: Inherited,
  version: ApiVersion,
): Mcrouter | undefined {
  if (spec === undefined) return undefined
  const validity = validate(spec, UNKNOWN, version)
  return validity.valid
    ? mcrouterOf(identity, validity.settings, validity.settings.access, inherited)
    : undefined
}

/** Member by member: each object that is judged goes through here, and a spread takes several times as long. */
function mcrouterOf(
  { name, namespace }: Identity,
  settings: Settings,
  access: Access | undefined,
  inherited: Inherited,
): Mcrouter {
  const { routers, pools, prefixes, config, paused } = settings
  const mcrouter = { name, namespace, routers, pools, prefixes, inherited }
  if (config === undefined && access === undefined && paused === undefined) return mcrouter
  return {
    ...mcrouter,
    ...(config !== undefined && { config }),
    ...(access !== undefined && { access }),
    ...(paused && { paused }),
  }
}

/** More violations than a person reads are counted, not listed. */
const MOST = 50

function refused(violations: readonly Violation[]): Judgement {
  if (violations.length <= MOST) return { accepted: false, violations }
  const rest = `Forbidden: and ${violations.length - MOST} more violations`
  const last: Violation = { path: 'spec', reason: 'FieldValueForbidden', message: rest }
  return { accepted: false, violations: [...violations.slice(0, MOST), last] }
}
