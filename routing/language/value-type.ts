import type { ReleaseSpan } from './release-span.ts'

/** What a value of mcrouter's configuration may be. */
export type ValueType =
  | { readonly kind: 'integer'; readonly least?: number; readonly most?: number }
  | {
      readonly kind: 'number'
      readonly least?: number
      readonly above?: number
      readonly most?: number
      readonly below?: number
    }
  /** A JSON double between 0 and 1: mcrouter takes no integer here (routes/ShadowSettings.cpp:72). */
  | { readonly kind: 'fraction' }
  | { readonly kind: 'boolean' }
  | { readonly kind: 'text' }
  | { readonly kind: 'text'; readonly pattern: RegExp; readonly must: string }
  | { readonly kind: 'word'; readonly words: Readonly<Record<string, Word>> }
  | { readonly kind: 'list'; readonly of: ValueType; readonly length?: number; readonly unique?: true }
  | { readonly kind: 'members'; readonly options: Options }
  /** An object with names of its own, or with some of these. */
  | { readonly kind: 'map'; readonly of: ValueType; readonly keys?: Readonly<Record<string, Word>> }
  /** By what kind of JSON value it is. */
  | {
      readonly kind: 'either'
      readonly text?: ValueType
      readonly number?: ValueType
      readonly list?: ValueType
      readonly object?: ValueType
    }
  | { readonly kind: 'handle' }
  | { readonly kind: 'handles' }
  | { readonly kind: 'pool' }
  | { readonly kind: 'server' }
  /** Looked at elsewhere. */
  | { readonly kind: 'any' }

/** One of those that a text or a key may be. */
export interface Word extends ReleaseSpan {
  /** Why it is known and refused all the same. */
  readonly withheld?: string
}

export interface Option extends ReleaseSpan {
  readonly type: ValueType
  readonly required?: true
  /** What mcrouter takes without it. */
  readonly default?: unknown
  /** Why it is known and refused all the same. */
  readonly withheld?: string
}

export type Options = Readonly<Record<string, Option>>

/** mcrouter keeps most integers in 32 bits, and cuts off without a word what is beyond. */
const MOST = 2 ** 31 - 1

export const INTEGER: ValueType = { kind: 'integer', least: -MOST, most: MOST }
export const POSITIVE: ValueType = { kind: 'integer', least: 1, most: MOST }
export const NOT_NEGATIVE: ValueType = { kind: 'integer', least: 0, most: MOST }
/** In seconds since 1970. */
export const TIME: ValueType = { kind: 'integer', least: 0 }
export const BOOLEAN: ValueType = { kind: 'boolean' }
export const TEXT: ValueType = { kind: 'text' }
export const HANDLE: ValueType = { kind: 'handle' }
export const HANDLES: ValueType = { kind: 'handles' }
export const POOL_REFERENCE: ValueType = { kind: 'pool' }

/** lib/fbi/cpp/ParsingUtil.cpp:17,41 */
export const TIMEOUT: ValueType = { kind: 'integer', least: 1, most: 1_000_000 }

export const WEIGHTS: ValueType = { kind: 'list', of: { kind: 'number', least: 0, most: 1 } }
export const TAGS: ValueType = { kind: 'list', of: TEXT, unique: true }

export function words(...all: readonly string[]): ValueType {
  return { kind: 'word', words: Object.fromEntries(all.map((word) => [word, {}])) }
}

export function required(type: ValueType): Option {
  return { type, required: true }
}
