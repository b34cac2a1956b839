import { type ApiVersion, storedVersion, type Versions, versionOf } from '../api-version.ts'
import { isJsonObject, type JsonObject } from '../json.ts'
import { LONGEST_KEPT } from '../kept-spec.ts'
import { type JudgeOptions, judge } from '../validation/judge.ts'
import { routerNumberWarnings } from '../validation/router-number-warnings.ts'
import type { Judgement, Violation, Warning } from '../validation/violation.ts'
import { VERSIONS } from '../versions.ts'
import { specAnnotation } from '../well-known.ts'
import { convert } from './convert.ts'
import { ignoredSpecWarnings } from './ignored-spec.ts'
import { takenSpecViolations } from './taken-spec.ts'
import { unsaidLayout } from './unsaid-layout.ts'
import { unwritableReason } from './unwritable.ts'

export interface StoredOptions extends JudgeOptions {
  /** Of JSON that the object came in, with whatever is left out of it. */
  readonly bytes?: number
  /** Bytes of annotations that the object has besides those that are in it. */
  readonly unseen?: number
}

/**
 * Judges a Mcrouter in the words of its version, and then what will be stored of it: of the annotation that keeps what its version
 * cannot say, which anybody can write, the first judgement knows nothing.
 */
export function judgeStored(object: JsonObject, options: StoredOptions = {}): Judgement {
  const judgement = judgedInAll(object, options)
  if (!judgement.accepted) return judgement
  const ignored = ignoredSpecWarnings(object, options.stored, options.versions ?? VERSIONS)
  return ignored.length === 0 ? judgement : { ...judgement, warnings: [...judgement.warnings, ...ignored] }
}

function judgedInAll(object: JsonObject, options: StoredOptions): Judgement {
  const judgement = judge(object, options)
  const { stored, versions = VERSIONS } = options
  const [version, to] = [versionOf(object.apiVersion, versions), storedVersion(versions)]
  if (version === undefined || version.name === to.name) return judgement
  const taken = stored === undefined ? [] : takenSpecViolations(stored, object, version, versions)
  if (taken.length > 0) {
    return { accepted: false, violations: [...taken, ...(judgement.accepted ? [] : judgement.violations)] }
  }
  if (!judgement.accepted) return judgement
  const written = { ...object, spec: judgement.spec }
  if (isSaidAlone(written, stored, to, options)) return judgement
  const { violations, warnings } = asStored(written, version, to, options)
  if (violations.length > 0) return { accepted: false, violations }
  return { ...judgement, warnings: [...judgement.warnings, ...warnings] }
}

/** What is refused also of an update that leaves the spec as it is stored. */
export function roomViolations(
  object: JsonObject,
  stored: JsonObject,
  versions: Versions,
  unseen = 0,
): Violation[] {
  const [version, to] = [versionOf(object.apiVersion, versions), storedVersion(versions)]
  if (version === undefined || version.name === to.name || isSaidAlone(object, stored, to, { unseen }))
    return []
  return unwritableReason(convert(object, version, to, unseen).spec, to) === undefined
    ? []
    : [noRoom(version, to)]
}

/** Whether an object is sure to be stored as what its version says of it: nothing is kept, and there is room to keep all of it. */
function isSaidAlone(
  object: JsonObject,
  stored: JsonObject | undefined,
  to: ApiVersion,
  { bytes, unseen = 0 }: StoredOptions,
): boolean {
  const annotations = annotationsOf(object)
  if (isKept(annotations, to) || (stored !== undefined && isKept(annotationsOf(stored), to))) return false
  // Almost every object: to write it all again only to see how long it is would take as long as to judge it.
  if (bytes !== undefined && bytes <= SHORT) return true
  const others = Object.values(annotations)
  // Characters, of at most three bytes each. A field of one version may be two of another.
  const length = others.reduce<number>(
    (sum, text) => sum + `${text}`.length + LONGEST_ANNOTATION_NAME,
    JSON.stringify(object.spec).length,
  )
  return 3 * length + unseen <= LONGEST_KEPT / 2
}

/** Bytes of JSON. Written anew with its defaults, in whatever version, such a spec has eight times as much room as it had. */
const SHORT = LONGEST_KEPT / 8

/** A prefix of 253 characters, a slash and a name of 63. */
const LONGEST_ANNOTATION_NAME = 317

function isKept(annotations: JsonObject, to: ApiVersion): boolean {
  return annotations[specAnnotation(to)] !== undefined
}

/** What is said of what will be stored, and not of what its version says of it. */
function asStored(
  written: JsonObject,
  version: ApiVersion,
  to: ApiVersion,
  { stored, unseen, ...options }: StoredOptions,
): { readonly violations: readonly Violation[]; readonly warnings: readonly Warning[] } {
  const now = convert(written, version, to, unseen)
  if (unwritableReason(now.spec, to) !== undefined) return { violations: [noRoom(version, to)], warnings: [] }
  const before = stored && convert(stored, version, to)
  const versions = { ...(options.versions ?? VERSIONS), ...unasked(written, stored, to) }
  const judgement = judge(now, { ...options, versions, ...(before && { stored: before }) })
  const layout =
    stored === undefined || before === undefined
      ? []
      : unsaidLayout(before, { before: stored, now: written, through: version }, to)
  const violations = [
    ...layout,
    ...(judgement.accepted ? [] : judgement.violations.map((one) => ofStored(one, version, to))),
  ]
  const warnings =
    judgement.accepted && judgement.before !== undefined
      ? routerNumberWarnings(judgement.before, judgement.mcrouter, to)
      : []
  return { violations, warnings: warnings.map((one) => `${one} (in ${to.name}, in which it is stored)`) }
}

/**
 * What is kept cannot change but by an annotation that is new, whose writer knows the stored version. Whatever else moves keys is said in
 * the words of a version that asks for no consent, whose users are warned; so is all that goes with an annotation, if that may go.
 */
function unasked(written: JsonObject, stored: JsonObject | undefined, to: ApiVersion): Versions {
  const text = annotationsOf(written)[specAnnotation(to)]
  const isNew = text !== undefined && text !== (stored && annotationsOf(stored)[specAnnotation(to)])
  return isNew ? {} : { [to.name]: { ...to, asksConsent: false } }
}

function ofStored({ path, reason, message }: Violation, version: ApiVersion, to: ApiVersion): Violation {
  return {
    path,
    reason,
    message: `${message} (in ${to.name}, in which it is stored, with what the annotation ${specAnnotation(to)} keeps; ${version.name} has no words for all of it)`,
  }
}

function noRoom(version: ApiVersion, to: ApiVersion): Violation {
  const message = `Invalid value: the annotations leave no room for the spec, which has to be kept in one, since ${to.name}, in which it is stored, has no words for all of it: make both shorter (annotations may have 256 KiB in all, and the spec in one 64 KiB), or write ${to.name} in place of ${version.name}`
  return { path: 'metadata.annotations', reason: 'FieldValueInvalid', message }
}

function annotationsOf({ metadata }: JsonObject): JsonObject {
  return isJsonObject(metadata) && isJsonObject(metadata.annotations) ? metadata.annotations : {}
}
