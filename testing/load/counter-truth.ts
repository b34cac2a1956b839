export type CounterVerdict = 'right' | 'back' | 'lost' | 'ahead'

/** A counter that one client increments by one, again and again. */
export class CounterTruth {
  /** As it was last answered, or set. */
  value = 0
  /** Whether an increment had no clear outcome. */
  #pending = false

  /** @param answer the new number; undefined where there was no counter */
  incremented(answer: number | undefined): CounterVerdict {
    const most = this.value + (this.#pending ? 2 : 1)
    const [least, before] = [this.value + 1, this.value]
    this.#pending = false
    if (answer === undefined) return 'lost'
    this.value = answer
    if (answer <= before) return 'back'
    return answer >= least && answer <= most ? 'right' : 'ahead'
  }

  unanswered(): void {
    this.#pending = true
  }

  /** @param found by a read while nobody writes; undefined for none */
  isLeftRight(found: number | undefined): boolean {
    return found !== undefined && (found === this.value || (this.#pending && found === this.value + 1))
  }
}
