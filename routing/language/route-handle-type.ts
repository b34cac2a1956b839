import type { JsonObject } from '../../schemas/json.ts'
import type { Release } from '../../schemas/mcrouter.ts'
import type { ViolationReason } from '../../schemas/validation/violation.ts'
import type { ReleaseSpan } from './release-span.ts'
import type { Handles, Pool } from './route.ts'
import type { Options } from './value-type.ts'

/** A type of route handle, as mcrouter registers it (routes/McRouteHandleProvider.cpp). */
export interface RouteHandleType extends ReleaseSpan {
  /** Where mcrouter reads its options, relative to mcrouter/ in its repository. */
  readonly source: string
  readonly options: Options
  /** The option that the rest of a short form `Type|rest` stands for; without it the type has no short form. */
  readonly short?: string
  /** How many handles it stands for in a list: one, unless it is said. */
  readonly yields?: 'servers' | 'children'
  readonly rules?: readonly Rule[]
  /** What a user should know who takes it. */
  readonly caution?: string
  /** Why it is known and refused all the same. */
  readonly withheld?: string
}

export type RouteHandleTypes = Readonly<Record<string, RouteHandleType>>

/** What no option can tell by itself. */
export type Rule = (handle: Written) => void

/** A handle whose options are each as they may be, or have been complained about. */
export interface Written {
  readonly release: Release
  readonly options: JsonObject
  /** What an option leads to; undefined for none, and for what could not be read. */
  led(option: string): Handles | undefined
  readonly pool: Pool | undefined
  complain(at: readonly (string | number)[], reason: ViolationReason, message: string): void
  warn(message: string): void
}
