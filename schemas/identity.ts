import { isDnsLabel } from '../text/label.ts'
import { nearest } from '../text/nearest.ts'
import { quote } from '../text/quote.ts'
import { servedVersions, type Versions, versionOf } from './api-version.ts'
import { isJsonObject, type JsonObject } from './json.ts'
import type { Violation } from './validation/violation.ts'
import { KIND } from './well-known.ts'

/** Which object a Mcrouter is. */
export interface Identity {
  readonly name: string
  readonly namespace: string
}

/**
 * The longest name: the label controller-revision-hash of a memcached pod is "<name>-memcached-" and ten characters,
 * and a label value has 63 at most.
 */
export const LONGEST_NAME = 42
/** As the names of Services: lower-case letters, digits and dashes, a letter first (RFC 1035). */
export const NAME_PATTERN = '^[a-z]([-a-z0-9]*[a-z0-9])?$'
/** The API server appends so many characters to metadata.generateName (apiserver pkg/storage/names/generate.go). */
const GENERATED = 'xxxxx'

/**
 * What an object is called, or what is wrong with that. A name that is yet to be generated is completed with five
 * letters that stand for it; without a namespace it is in the one where kubectl puts such an object, `default`.
 */
export function identify(object: JsonObject, versions: Versions): Identity | readonly Violation[] {
  const metadata = isJsonObject(object.metadata) ? object.metadata : {}
  const { namespace = 'default' } = metadata
  const violations = [
    ...kindViolations(object, versions),
    ...nameViolations(metadata),
    ...namespaceViolations(namespace),
  ]
  const name = metadata.name || `${metadata.generateName}${GENERATED}`
  if (violations.length > 0 || typeof name !== 'string' || typeof namespace !== 'string') return violations
  return { name, namespace }
}

function kindViolations({ apiVersion, kind }: JsonObject, versions: Versions): Violation[] {
  const isKnown = versionOf(apiVersion, versions) !== undefined
  if (isKnown && kind === KIND) return []
  const known = servedVersions(versions).map((version) => version.apiVersion)
  return [
    ...(isKnown ? [] : [unsupported('apiVersion', apiVersion, known)]),
    ...(kind === KIND ? [] : [unsupported('kind', kind, [KIND])]),
  ]
}

function unsupported(path: string, value: unknown, known: readonly string[]): Violation {
  if (value === undefined)
    return { path, reason: 'FieldValueRequired', message: `Required value: must be ${known.join(' or ')}` }
  const near = typeof value === 'string' ? nearest(value, known) : undefined
  const meant = near === undefined ? '' : `; did you mean ${near}?`
  const supported = known.map(quote).join(', ')
  const message = `Unsupported value: ${quote(value)}: supported values: ${supported}${meant}`
  return { path, reason: 'FieldValueNotSupported', message }
}

function nameViolations({ name, generateName }: JsonObject): Violation[] {
  if ((name ?? '') !== '') return nameComplaints(name, 'metadata.name', LONGEST_NAME)
  if ((generateName ?? '') === '') {
    return [{ path: 'metadata.name', reason: 'FieldValueRequired', message: `Required value: ${NAME_RULE}` }]
  }
  return nameComplaints(generateName, 'metadata.generateName', LONGEST_NAME - GENERATED.length)
}

const NAME_RULE =
  'lower-case letters, digits and "-", a letter first and no "-" last; Services, pods and DNS names are made from it'

function nameComplaints(name: unknown, path: string, longest: number): Violation[] {
  const isPrefix = path === 'metadata.generateName'
  const isWellFormed =
    typeof name === 'string' && /^[a-z][a-z0-9-]*$/.test(name) && (isPrefix || !name.endsWith('-'))
  if (isWellFormed && name.length <= longest) return []
  const rule = isWellFormed
    ? `must have at most ${longest} characters, has ${name.length}`
    : `must be ${NAME_RULE}`
  return [{ path, reason: 'FieldValueInvalid', message: `Invalid value: ${quote(name)}: ${rule}` }]
}

function namespaceViolations(namespace: unknown): Violation[] {
  if (typeof namespace === 'string' && isDnsLabel(namespace)) return []
  const message = `Invalid value: ${quote(namespace)}: must be up to 63 lower-case letters, digits and "-"`
  return [{ path: 'metadata.namespace', reason: 'FieldValueInvalid', message }]
}
