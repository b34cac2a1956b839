import type { ApiVersion } from '../../api-version.ts'
import type { Field, Settings } from '../../fields.ts'
import type { JsonObject } from '../../json.ts'
import type { Pool } from '../../mcrouter.ts'
import type { Violation } from '../violation.ts'

/** What the schema of a field cannot say by itself. */
export type Rule = McrouterRule | PoolRule

interface Reading {
  /** The field without which nothing can break it: a version that does not have it is not held to it. */
  readonly needs?: Field
  /** The fields it looks at, or what is in one: it is not asked when one of them is not even what its schema says. */
  readonly reads: readonly (Field | readonly [field: Field, ...within: readonly string[]])[]
}

interface McrouterRule extends Reading {
  readonly violations: (settings: Settings, written: Written) => readonly Violation[]
}

/** Asked of each pool. */
export interface PoolRule extends Reading {
  /** @param index the place of the pool in the list */
  readonly ofPool: (pool: Pool, index: number, written: Written, settings: Settings) => readonly Violation[]
}

/** The words in which somebody said these settings: a violation repeats them. */
export interface Written {
  /** Complete and without faults of its own. */
  readonly spec: JsonObject
  readonly version: ApiVersion
}

export function invalid(path: string, message: string): Violation {
  return { path: `spec.${path}`, reason: 'FieldValueInvalid', message: `Invalid value: ${message}` }
}
