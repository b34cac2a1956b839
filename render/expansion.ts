import type { JsonObject } from '../schemas/json.ts'
import type { Mcrouter } from '../schemas/mcrouter.ts'
import type { Violation, Warning } from '../schemas/validation/violation.ts'
import type { Rendering } from './rendering.ts'

/** What texts with one or more Mcrouters expand to: all of it or nothing. */
export type Expansion =
  | { readonly kind: 'rendered'; readonly rendered: readonly Rendered[]; readonly others: readonly Other[] }
  | Unaccepted

/** What of texts with one or more Mcrouters is accepted: all of it or nothing. */
export type Acceptance =
  | { readonly kind: 'accepted'; readonly accepted: readonly Accepted[]; readonly others: readonly Other[] }
  | Unaccepted

export type Unaccepted =
  /** At least one Mcrouter is refused; here is every violation of every one. */
  | { readonly kind: 'refused'; readonly refusals: readonly Refusal[] }
  | { readonly kind: 'unreadable'; readonly source: string; readonly fault: SyntaxFault }

/** A text, and what a person calls it. */
export interface Source {
  readonly name: string
  readonly text: string
}

/** An object of another kind, which stands beside the Mcrouters. */
export interface Other {
  readonly source: string
  /** Such as `ConfigMap app-settings`. */
  readonly subject: string
  readonly value: JsonObject
}

/** One Mcrouter that is valid. */
export interface Accepted {
  readonly source: string
  readonly mcrouter: Mcrouter
  readonly warnings: readonly Warning[]
}

/** One Mcrouter and what it expands to. */
export interface Rendered {
  readonly mcrouter: Mcrouter
  readonly warnings: readonly Warning[]
  readonly rendering: Rendering
}

/** One object of the text that is not a Mcrouter, or not a valid one. */
export interface Refusal {
  readonly source: string
  /** How a person would find it in the text, such as `Mcrouter default/cache` or `document 3`. */
  readonly subject: string
  readonly violations: readonly Violation[]
}

/** Why a text is no YAML or JSON that can be expanded. */
export interface SyntaxFault {
  readonly message: string
  /** From 1; undefined where the fault has no place. */
  readonly line?: number
  /** From 1; undefined where the fault has no place. */
  readonly column?: number
}
