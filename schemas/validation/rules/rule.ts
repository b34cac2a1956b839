import type { McrouterSpec } from '../../v1alpha3/spec.ts'
import type { Violation } from '../violation.ts'

/** What the schema of a field cannot say by itself. */
export interface Rule {
  /** The fields it looks at: it is not asked when one of them is not even what its schema says. */
  readonly reads: readonly (keyof McrouterSpec)[]
  readonly violations: (spec: McrouterSpec) => readonly Violation[]
}

export function invalid(path: string, message: string): Violation {
  return { path, reason: 'FieldValueInvalid', message: `Invalid value: ${message}` }
}
