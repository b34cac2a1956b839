import type { Verdict } from './value-truth.ts'

/** What clients saw that no cache may show, and how often keys that had to be there were. Of an unchanged pool all but the reads are 0. */
export class Tally {
  requests = 0
  /** Requests that nobody answered, or with an error. */
  errors = 0
  /** Of the first of them, for whoever looks for the cause. */
  firstError: unknown
  /** Reads by verdict. */
  readonly reads: Record<Verdict, number> = {
    hit: 0,
    miss: 0,
    unclear: 0,
    stale: 0,
    resurrected: 0,
    overdue: 0,
    damaged: 0,
  }
  countersBack = 0
  countersLost = 0
  countersAhead = 0
  locksWonTwice = 0
  /** Refused although nobody had them. */
  ghostLocks = 0
  /** Refused although nobody else writes the key. */
  casRefused = 0
  /** `cas` that were acknowledged, of which a later read showed nothing. */
  readonly #casLost = new Set<string>()
  readonly #seconds = new Map<number, { hits: number; misses: number }>()

  get casLost(): number {
    return this.#casLost.size
  }

  failed(error: unknown): void {
    this.firstError ??= error
    this.errors += 1
  }

  /** @param at when it was answered, in ms */
  read(verdict: Verdict, at: number): void {
    this.reads[verdict] += 1
    const isServed = verdict !== 'miss' && verdict !== 'unclear'
    if (!isServed && verdict !== 'miss') return
    const second = Math.floor(at / 1000)
    const { hits, misses } = this.#seconds.get(second) ?? { hits: 0, misses: 0 }
    this.#seconds.set(second, isServed ? { hits: hits + 1, misses } : { hits, misses: misses + 1 })
  }

  /** A read showed a value from before the `cas` that made this version of the key. */
  lostCas(key: string, version: number): void {
    this.#casLost.add(`${key} ${version}`)
  }

  /** Of the reads of keys that had to be there, those that found something, in the second in which these were the fewest; from 0 to 1. */
  worstSecond(leastReads = 20): number {
    const shares = [...this.#seconds.values()]
      .filter(({ hits, misses }) => hits + misses >= leastReads)
      .map(({ hits, misses }) => hits / (hits + misses))
    return Math.min(1, ...shares)
  }

  /** The same of all seconds. */
  hitShare(): number {
    const { hits, misses } = [...this.#seconds.values()].reduce(
      (sum, one) => ({ hits: sum.hits + one.hits, misses: sum.misses + one.misses }),
      { hits: 0, misses: 0 },
    )
    return hits + misses === 0 ? 1 : hits / (hits + misses)
  }

  /** What may never be, by name; each is 0 of a pool that works. */
  wrongs(): Readonly<Record<string, number>> {
    const { stale, resurrected, overdue, damaged } = this.reads
    const { countersBack, countersLost, countersAhead, locksWonTwice, ghostLocks, casLost, casRefused } = this
    return {
      ...{ stale, resurrected, overdue, damaged, countersBack, countersLost, countersAhead },
      ...{ locksWonTwice, ghostLocks, casLost, casRefused },
    }
  }
}
