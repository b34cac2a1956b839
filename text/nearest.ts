import { distance } from 'fastest-levenshtein'

/** Longer words are no misspelling of anything here, and the comparison is quadratic. */
const LONGEST = 64

/**
 * The candidate that was most likely meant, or undefined when none is close: equal but for case and separators
 * (memcachedMaxItemSize), the beginning of one (shard), or at most a third of its letters wrong (shraded), of five that begin
 * alike two (spair for spare).
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

/** What was probably meant: the candidates of which a word is the last of several, or else the nearest one. */
export function likely(word: string, candidates: readonly string[]): string[] {
  const ending = endingIn(word, candidates)
  return ending.length > 0 ? ending : [nearest(word, candidates) ?? []].flat()
}

/** Such as image of the images of both tiers; of two spellings the first, which a schema lists before its aliases. */
function endingIn(word: string, candidates: readonly string[]): string[] {
  const end = bare(word)
  if (end.length < 4) return []
  const ending = candidates.filter((name) => /[_A-Z]/.test(name) && bare(name).endsWith(end))
  return ending.filter((name, index) => ending.findIndex((other) => bare(other) === bare(name)) === index)
}

function errorsBetween(word: string, candidate: string): number {
  if (word.length >= 3 && candidate.startsWith(word)) return 0.5
  const errors = Math.min(distance(word, candidate), wrongInPlace(word, candidate))
  return errors <= mostErrors(word, candidate) ? errors : Number.POSITIVE_INFINITY
}

/** Of short words a third is one letter. Who gets two of five wrong has the first one right: stage is not meant for image. */
function mostErrors(word: string, candidate: string): number {
  const third = Math.max(word.length, candidate.length) / 3
  const isLong = Math.min(word.length, candidate.length) >= 5
  return isLong && word[0] === candidate[0] ? Math.max(third, 2) : third
}

/** Of words of one length, the letters that are wrong where they stand: two that are swapped are one, where Levenshtein counts two. */
function wrongInPlace(word: string, candidate: string): number {
  if (word.length !== candidate.length) return Number.POSITIVE_INFINITY
  let errors = 0
  for (let at = 0; at < word.length; at += 1) {
    if (word[at] === candidate[at]) continue
    errors += 1
    if (word[at] === candidate[at + 1] && word[at + 1] === candidate[at]) at += 1
  }
  return errors
}

/** A name without case and separators. */
export function bare(word: string): string {
  return word.toLowerCase().replaceAll(/[-_. ]/g, '')
}
