import { codeOf } from '../../../process/system-error.ts'

/** Node's codes for an answer that did not come, for those who wonder why (nodejs.org/api/errors.html#common-system-errors). */
const MEANINGS: Readonly<Record<string, string>> = {
  ENOTFOUND: 'DNS does not know the name',
  EAI_AGAIN: 'DNS does not answer',
  ECONNREFUSED: 'nothing listens there',
  ENETUNREACH: 'no route to the address',
  EHOSTUNREACH: 'no route to the address',
}

/** Why there is no answer: what it means, and Node's own words, which have the address. */
export function whyUnreachable(error: unknown): string {
  const code = codeOf(error)
  const words = wordsOf(error) || code
  const meaning = MEANINGS[code]
  return meaning === undefined ? words : `${meaning}: ${words}`
}

/** Of a name with several addresses each has been tried, and the error as a whole has no words of its own. */
function wordsOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(wordsOf).join(', ')
  return error instanceof Error ? error.message : String(error)
}
