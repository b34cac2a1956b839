import type { Release } from '../../schemas/mcrouter.ts'
import type { ViolationReason } from '../../schemas/validation/violation.ts'
import { quote } from '../../text/quote.ts'
import { meant } from './meant.ts'
import { unknownTo } from './release-span.ts'
import { serverComplaint } from './server.ts'
import type { ValueType, Word } from './value-type.ts'

export interface Complaint {
  readonly reason: ViolationReason
  readonly message: string
}

/** Types of values in which there are none. */
export type ScalarType = Extract<
  ValueType,
  { kind: 'integer' | 'number' | 'fraction' | 'boolean' | 'text' | 'word' | 'server' }
>

/** Why a value is not of a type; undefined when it is. */
export function scalarComplaint(value: unknown, type: ScalarType, release: Release): Complaint | undefined {
  if (type.kind === 'word' && typeof value === 'string') return wordComplaint(value, type.words, release)
  const must = mustBe(value, type, release)
  return must === undefined ? undefined : invalid(value, must)
}

export function invalid(value: unknown, must: string): Complaint {
  return { reason: 'FieldValueInvalid', message: `Invalid value: ${quote(value)}: ${must}` }
}

/** One of some words, as far as the release knows them. */
export function wordComplaint(
  word: string,
  words: Readonly<Record<string, Word>>,
  release: Release,
): Complaint | undefined {
  const refusal = ({ withheld, ...span }: Word) => withheld ?? unknownTo(release, span)
  const reason = Object.hasOwn(words, word) ? refusal(words[word] ?? {}) : 'no such'
  if (reason === undefined) return undefined
  const known = Object.keys(words).filter((one) => refusal(words[one] ?? {}) === undefined)
  const why = reason === 'no such' ? `supported values: ${known.join(', ')}${meant(word, known)}` : reason
  return { reason: 'FieldValueNotSupported', message: `Unsupported value: ${quote(word)}: ${why}` }
}

function mustBe(value: unknown, type: ScalarType, release: Release): string | undefined {
  switch (type.kind) {
    case 'integer':
      return Number.isSafeInteger(value) ? outside(Number(value), type) : 'must be an integer'
    case 'number':
      return typeof value === 'number' ? outside(value, type) : 'must be a number'
    case 'fraction': {
      const isOne = typeof value === 'number' && value > 0 && value < 1
      return isOne ? undefined : 'must be between 0 and 1, both excluded'
    }
    case 'boolean':
      return typeof value === 'boolean' ? undefined : 'must be true or false'
    case 'server':
      return typeof value === 'string' ? serverComplaint(value, release) : 'must be a string'
    case 'word':
      return 'must be a string'
    case 'text':
      if (typeof value !== 'string') return 'must be a string'
      return 'pattern' in type && !type.pattern.test(value) ? type.must : undefined
  }
}

interface Range {
  readonly least?: number
  readonly above?: number
  readonly most?: number
  readonly below?: number
}

function outside(value: number, { least, above, most, below }: Range): string | undefined {
  const isInside =
    value >= (least ?? Number.NEGATIVE_INFINITY) &&
    value > (above ?? Number.NEGATIVE_INFINITY) &&
    value <= (most ?? Number.POSITIVE_INFINITY) &&
    value < (below ?? Number.POSITIVE_INFINITY)
  if (isInside) return undefined
  const from = above === undefined ? `at least ${least}` : `greater than ${above}`
  if (most !== undefined) return `must be ${from} and at most ${most}`
  return below === undefined ? `must be ${from}` : `must be ${from} and less than ${below}`
}
