import type { FieldPath } from '../../fields.ts'

/** Words for people; those that name a field do so as the API version spells it. */
export type Words = string | ((fieldPath: FieldPath) => string)

export interface Reason {
  readonly status: 'True' | 'False' | 'Unknown'
  readonly meaning: Words
  /** What a person should do; empty when nothing. */
  readonly action: Words
}

export interface ConditionKind {
  readonly meaning: Words
  readonly reasons: Readonly<Record<string, Reason>>
}

export function textOf(words: Words, fieldPath: FieldPath): string {
  return typeof words === 'string' ? words : words(fieldPath)
}
