import { servedVersions, type Versions, versionNamed } from '../../schemas/api-version.ts'
import { ignoredSpecWarnings } from '../../schemas/conversion/ignored-spec.ts'
import { roomViolations, type StoredOptions } from '../../schemas/conversion/stored-form.ts'
import { unwritableViolations } from '../../schemas/conversion/unwritable.ts'
import { type Inheritance, inheritedFrom } from '../../schemas/inheritance.ts'
import { isJsonObject, type JsonObject } from '../../schemas/json.ts'
import { specUnchanged } from '../../schemas/validation/unchanged.ts'
import type { Violation, Warning } from '../../schemas/validation/violation.ts'
import { inheritanceWarnings } from '../../schemas/validation/warnings.ts'
import { withdrawnConsent } from '../../schemas/validation/withdrawn-consent.ts'
import { GROUP, KIND } from '../../schemas/well-known.ts'
import { invalid, malformed } from './denial.ts'
import { type AdmissionRequest, MOST_VALUES } from './review.ts'
import { allowed, type Verdict } from './verdict.ts'

/** What there is to judge in a request, or the verdict where the spec need not be looked at. */
export type Target = Judged | Unchanged | { readonly verdict: Verdict }

export interface Judged {
  readonly kind: 'Mcrouter' | 'Scale'
  readonly object: JsonObject
  /** The object as it is stored; undefined on create. */
  readonly stored: JsonObject | undefined
  readonly replaces: boolean
  /** Of the review. */
  readonly bytes: number
  /** Bytes of the object's annotations that are left out of it. */
  readonly unseen: number
}

/** A Mcrouter whose spec stays as it is stored, which is always allowed. */
export interface Unchanged {
  readonly kind: 'Unchanged'
  readonly object: JsonObject
  readonly stored: JsonObject
}

/** Levels that comparing may recurse into; judging refuses more, and a body has room for thousands. */
const DEPTH = 32

export function targetOf(request: AdmissionRequest, versions: Versions): Target {
  const kind = kindOf(request, versions)
  if (typeof kind === 'object') return kind
  const { object, operation, bytes, unseenAnnotations: unseen } = request
  if (operation !== 'CREATE' && operation !== 'UPDATE') return { verdict: allowed() }
  if (object === undefined)
    return { verdict: malformed(`request.object of ${operation} ${request.kind} is missing`) }
  const stored = operation === 'UPDATE' ? request.oldObject : undefined
  // Finalizers must stay removable from whatever is on its way out. What is stored says so: a request could say anything.
  if (isBeingDeleted(stored)) return { verdict: allowed() }
  if (kind === KIND && stored !== undefined) {
    const lossy = unwritableViolations(stored, object, versions)
    if (lossy.length > 0) return { verdict: invalid(request, lossy) }
  }
  if (request.excess !== undefined) return { verdict: invalid(request, [excessive(request.excess)]) }
  const unchanged =
    stored !== undefined && !deeperThan(object.spec, DEPTH) && specUnchanged(object, stored, versions)
  if (request.fault !== undefined) return { verdict: unchanged ? allowed() : malformed(request.fault) }
  if (!unchanged) return { kind, object, stored, replaces: request.replaces, bytes, unseen }
  if (kind === 'Scale') return { verdict: allowed() }
  const cramped = roomViolations(object, stored, versions, unseen)
  return cramped.length > 0 ? { verdict: invalid(request, cramped) } : { kind: 'Unchanged', object, stored }
}

export function judgedAs(
  { stored, replaces, bytes, unseen }: Judged,
  inherit: Inheritance,
  versions: Versions,
): StoredOptions {
  const options = { inherit, versions, bytes, unseen }
  return stored === undefined ? options : { stored, replaces, ...options }
}

/** Warnings about a spec that stays as it is: pods are made from more than that. */
export function warningsWithout(
  { object, stored }: Unchanged,
  inherit: Inheritance,
  versions: Versions,
): Warning[] {
  const before = inheritedFrom(stored.metadata, inherit)
  const now = inheritedFrom(object.metadata, inherit)
  return [
    ...inheritanceWarnings(before, now),
    ...withdrawnConsent(object, stored),
    ...ignoredSpecWarnings(object, stored, versions),
  ]
}

function excessive(path: string): Violation {
  const message = `Invalid value: it holds more than ${MOST_VALUES} values, too many to be judged; no valid one has 500`
  return { path, reason: 'FieldValueInvalid', message }
}

function isBeingDeleted(stored: JsonObject | undefined): boolean {
  return isJsonObject(stored?.metadata) && typeof stored.metadata.deletionTimestamp === 'string'
}

function kindOf(
  request: AdmissionRequest,
  versions: Versions,
): Judged['kind'] | { readonly verdict: Verdict } {
  const { group, version, kind, subResource } = request
  if (group === 'autoscaling' && kind === 'Scale' && subResource === 'scale') return 'Scale'
  if (group === GROUP && kind === KIND) {
    if (subResource !== '') return { verdict: allowed() }
    if (versionNamed(version, versions) !== undefined) return KIND
    const judged = servedVersions(versions)
      .map(({ name }) => name)
      .join(' and ')
    // Stored unjudged it would surprise later; an upgrade of the server is the cure.
    return {
      verdict: malformed(
        `${GROUP}/${version} is not known to this webhook, which judges ${judged}: upgrade mcrouter-operator`,
      ),
    }
  }
  // Denying what is not ours would turn a slip in the webhook's rules into an outage of the cluster.
  const what = `${group === '' ? '' : `${group}/`}${version} ${kind}`.slice(0, 120)
  return {
    verdict: allowed([
      `the webhook of ${GROUP} was called for ${what}, which it does not judge: correct its rules`,
    ]),
  }
}

/** Whether a request is about a Mcrouter itself, of a version that is judged here. */
export function isMcrouter(
  { group, version, kind, subResource }: AdmissionRequest,
  versions: Versions,
): boolean {
  return (
    group === GROUP && versionNamed(version, versions) !== undefined && kind === KIND && subResource === ''
  )
}

function deeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (levels === 0) return true
  return Object.values(value).some((inner) => deeperThan(inner, levels - 1))
}
