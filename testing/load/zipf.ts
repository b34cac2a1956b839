import type { Random } from '../random.ts'

/** Chooses among so many by Zipf's law with exponent 1: the first is twice as likely as the second, and so on. */
export class Zipf {
  /** Of each and those before it; the last is 1. */
  readonly #cumulated: Float64Array

  constructor(count: number) {
    const weights = Float64Array.from({ length: count }, (_, index) => 1 / (index + 1))
    const sum = weights.reduce((all, one) => all + one, 0)
    let before = 0
    this.#cumulated = weights.map((weight) => {
      before += weight / sum
      return before
    })
  }

  /** 0 up to, but not, the count. */
  pick(random: Random): number {
    const drawn = random.next()
    let [least, most] = [0, this.#cumulated.length - 1]
    while (least < most) {
      const middle = (least + most) >> 1
      if ((this.#cumulated[middle] ?? 1) > drawn) most = middle
      else least = middle + 1
    }
    return least
  }
}
