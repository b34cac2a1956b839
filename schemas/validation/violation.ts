import type { JsonObject } from '../json.ts'
import type { Mcrouter } from '../mcrouter.ts'

/** One reason to refuse an object, complete in itself: kubectl shows nothing else. */
export interface Violation {
  /** Path as Kubernetes writes it, such as spec.tolerations[0].key. */
  readonly path: string
  /** A cause type of the Kubernetes API: FieldValueInvalid, FieldValueRequired, FieldValueNotSupported, … */
  readonly reason: ViolationReason
  /** The value found (bounded), what is allowed, and the nearest match where there is one. */
  readonly message: string
}

export type ViolationReason =
  | 'FieldValueInvalid'
  | 'FieldValueRequired'
  | 'FieldValueNotSupported'
  | 'FieldValueForbidden'
  | 'FieldValueDuplicate'

/** A sentence for `Warning:` in kubectl; at most 256 characters. */
export type Warning = string

/** What admission thinks of an object: the same answer in the webhook, /render, the CLI and the reconciler. */
export type Judgement =
  | {
      readonly accepted: true
      readonly mcrouter: Mcrouter
      /** As it was before the update, when that was valid. */
      readonly before?: Mcrouter
      /** Normalised and defaulted, in the spelling of its own API version; the object's own spec where there was nothing to do. */
      readonly spec: JsonObject
      readonly warnings: readonly Warning[]
    }
  | { readonly accepted: false; readonly violations: readonly Violation[] }
