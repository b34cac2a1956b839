import { KEY } from './keys.ts'
import { anyRouter, type Session } from './session.ts'

/** Increments the counters of one client. */
export class CounterClient {
  readonly #session: Session

  constructor(session: Session) {
    this.#session = session
  }

  async increment(): Promise<void> {
    const { keys, random, tally } = this.#session
    const { counters } = keys
    const drawn = random.integer(0, counters.length - 1)
    const index = keys.ownNear(drawn, this.#session.number, counters.length)
    const truth = index === undefined ? undefined : counters[index]
    if (index === undefined || truth === undefined) return
    const verdict = truth.incremented(await this.#incremented(index))
    if (verdict === 'back') tally.countersBack += 1
    if (verdict === 'ahead') tally.countersAhead += 1
    if (verdict !== 'lost') return
    tally.countersLost += 1
    await this.store(index)
  }

  async #incremented(index: number): Promise<number | undefined> {
    try {
      const answer = await anyRouter(this.#session).store(`incr ${KEY.counter(index)} 1`)
      return answer === 'NOT_FOUND' ? undefined : Number(answer)
    } catch (error) {
      this.#session.keys.counters[index]?.unanswered()
      throw error
    }
  }

  async store(index: number): Promise<void> {
    const text = `${this.#session.keys.counters[index]?.value}`
    await anyRouter(this.#session).store(`set ${KEY.counter(index)} 0 0 ${text.length}`, text)
  }
}
