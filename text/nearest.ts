import { distance } from 'fastest-levenshtein'

/** Longer words are no misspelling of anything here, and the comparison is quadratic. */
const LONGEST = 64

/**
 * The candidate that was most likely meant, or undefined when none is close: equal but for case and separators
 * (memcachedMaxItemSize), the beginning of one (shard), or at most a third of its letters wrong (shraded).
 */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  if (word.length === 0 || word.length > LONGEST) return undefined
  const wanted = bare(word)
  let best: string | undefined
  let least = Number.POSITIVE_INFINITY
  for (const candidate of candidates) {
    const errors = errorsBetween(wanted, bare(candidate))
    if (errors < least) [best, least] = [candidate, errors]
  }
  return best
}

function errorsBetween(word: string, candidate: string): number {
  if (word.length >= 3 && candidate.startsWith(word)) return 0.5
  const errors = distance(word, candidate)
  return errors <= Math.max(word.length, candidate.length) / 3 ? errors : Number.POSITIVE_INFINITY
}

/** A name without case and separators. */
export function bare(word: string): string {
  return word.toLowerCase().replaceAll(/[-_. ]/g, '')
}
