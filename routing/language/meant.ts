import { likely, nearest } from '../../text/nearest.ts'

const LONGEST = 64

/** The end of a sentence about a word that is not among those known; empty where nothing is near. */
export function meant(word: string, known: readonly string[]): string {
  // Names of a user's are among them.
  const short = known.filter((one) => one.length <= LONGEST)
  const all = likely(word, short)
  const told = all.length > 3 ? [nearest(word, short) ?? []].flat() : all
  return told.length === 0 ? '' : `; did you mean ${told.join(' or ')}?`
}
