import { expiry } from './value-truth.ts'

/** `twice`: while somebody has it for certain; `ghost`: refused although nobody has it. */
export type LockVerdict = 'right' | 'twice' | 'ghost'

interface Holder {
  /** Since when it is known to have it, in ms. */
  readonly since: number
  /** Until when it has it at least. */
  readonly until: number
}

/** A lock that clients win with `add` and give back with `delete`, or let expire. */
export class LockTruth {
  #holder: Holder | undefined
  /** From when on nobody has it, in ms; Infinity while that is not known. */
  #freeFrom = Number.POSITIVE_INFINITY
  /** Of the adds that were begun. */
  #begun = 0
  #underWay = 0

  /** Passed to {@link added} with the answer. */
  begin(): { readonly begun: number; readonly isAlone: boolean } {
    this.#begun += 1
    this.#underWay += 1
    return { begun: this.#begun, isAlone: this.#underWay === 1 }
  }

  /**
   * @param won undefined where nobody answered
   * @param at when the request was sent and its answer came, in ms
   */
  added(
    own: ReturnType<LockTruth['begin']>,
    won: boolean | undefined,
    ttlSeconds: number,
    at: { readonly begun: number; readonly ended: number },
  ): LockVerdict {
    this.#underWay -= 1
    const wasAlone = own.isAlone && own.begun === this.#begun
    const { from, by } = expiry(ttlSeconds, at.begun, at.ended)
    if (won === false) return wasAlone && this.#freeFrom < at.begun ? 'ghost' : 'right'
    const holder = this.#holder
    this.#holder = won === undefined ? undefined : { since: at.ended, until: from }
    this.#freeFrom = by
    if (won === undefined || holder === undefined) return 'right'
    return holder.since <= at.begun && at.ended < holder.until ? 'twice' : 'right'
  }

  /** Its holder begins to give it back. */
  giveBack(): void {
    this.#holder = undefined
    this.#freeFrom = Number.POSITIVE_INFINITY
  }

  givenBack(at: number): void {
    // Somebody may have won it since.
    if (this.#holder === undefined) this.#freeFrom = at
  }
}
