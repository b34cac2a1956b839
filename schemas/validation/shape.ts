import type { ErrorObject } from 'ajv'
import type { ApiVersion } from '../api-version.ts'
import type { Settings } from '../fields.ts'
import type { JsonObject } from '../json.ts'
import { member } from './path.ts'
import type { Violation } from './violation.ts'
import { violationOf } from './violation-of-error.ts'

/** What a spec says, or every place where it is not what its schema says; at most one violation a place. */
export type Shape =
  | { readonly sound: true; readonly settings: Settings }
  | { readonly sound: false; readonly violations: readonly Violation[] }

/**
 * Checks types, ranges, patterns and formats of a complete spec. Its sizes must have been checked (size-limits.ts).
 * Fields that the schema does not know are no fault here.
 */
export function shapeOf(spec: JsonObject, version: ApiVersion): Shape {
  const checked = version.check(spec)
  if ('settings' in checked) return { sound: true, settings: checked.settings }
  const violations = new Map<string, Violation>()
  for (const error of checked.errors) {
    const path = placeOf(error)
    // The first error at a place says the most: a type comes before a range, a pattern before a format.
    if (!violations.has(path) && error.keyword !== 'propertyNames')
      violations.set(path, violationOf(error, path))
  }
  return { sound: false, violations: [...violations.values()] }
}

/** ajv's JSON pointer as a path of Kubernetes, of the missing or misnamed member where it is one. */
function placeOf(error: ErrorObject): string {
  const tokens = error.instancePath.split('/').slice(1).map(unescaped)
  const path = tokens.reduce(
    (parent, token) => member(parent, /^\d+$/.test(token) ? Number(token) : token),
    'spec',
  )
  if (error.propertyName !== undefined) return member(path, error.propertyName)
  const { missingProperty } = error.params
  return typeof missingProperty === 'string' ? member(path, missingProperty) : path
}

/** RFC 6901 */
function unescaped(token: string): string {
  return token.replaceAll('~1', '/').replaceAll('~0', '~')
}
