import { MCR_ERR_OVERLOADED } from '../errors/errors.ts'

/** Jobs that wait, the one that runs included, each with its body. */
const LONGEST_QUEUE = 16

/**
 * One expensive job at a time, each followed by a pause as long as it took: however many are asked for,
 * half of the processor is left to those who cannot wait, the webhooks.
 */
export class JobQueue {
  readonly #pause: (ms: number) => Promise<unknown>
  readonly #longest: number
  #last: Promise<unknown> = Promise.resolve()
  #waiting = 0

  constructor(pause: (ms: number) => Promise<unknown>, longest = LONGEST_QUEUE) {
    this.#pause = pause
    this.#longest = longest
  }

  /**
   * What `job` gives, when its turn has come.
   * @throws MCR_ERR_OVERLOADED at once when too many wait already
   */
  take<T>(job: () => T | Promise<T>): Promise<T> {
    if (this.#waiting >= this.#longest) return Promise.reject(new MCR_ERR_OVERLOADED())
    this.#waiting += 1
    const start = this.#last.then(() => performance.now())
    const done = start.then(() => job())
    this.#last = done.then(ignore, ignore).then(async () => {
      this.#waiting -= 1
      await this.#pause(performance.now() - (await start))
    })
    return done
  }
}

function ignore(): void {}
