import { MCR_ERR_OVERLOADED } from '../errors/errors.ts'

/** Jobs that wait, the one that runs included, each with its body. */
const LONGEST_QUEUE = 16

interface Job {
  readonly run: () => Promise<void>
  readonly refuse: () => void
}

/**
 * One expensive job at a time, each followed by a pause as long as it took: however many are asked for,
 * half of the processor is left to those who cannot wait, the webhooks. Hosts have their turns one after the other, and where there is no
 * room for all, the one that waits for most gives some of it up: a host that floods the queue keeps nobody else out of it.
 */
export class JobQueue {
  readonly #pause: (ms: number) => Promise<unknown>
  readonly #longest: number
  /** What waits, by host; the one whose turn is next comes first. */
  readonly #waiting = new Map<string, Job[]>()
  #jobs = 0
  #isBusy = false

  constructor(pause: (ms: number) => Promise<unknown>, longest = LONGEST_QUEUE) {
    this.#pause = pause
    this.#longest = longest
  }

  /**
   * What `job` gives, when its turn has come.
   * @param host the address of who asks for it
   * @throws MCR_ERR_OVERLOADED when too many wait already, or others need its place
   */
  take<T>(host: string, job: () => T | Promise<T>): Promise<T> {
    if (this.#jobs >= this.#longest && !this.#makeRoom(host)) return Promise.reject(new MCR_ERR_OVERLOADED())
    const { promise, resolve, reject } = Promise.withResolvers<T>()
    const run = () => Promise.resolve().then(job).then(resolve, reject)
    const own = this.#waiting.get(host) ?? []
    own.push({ run, refuse: () => reject(new MCR_ERR_OVERLOADED()) })
    this.#waiting.set(host, own)
    this.#jobs += 1
    if (!this.#isBusy) void this.#work()
    return promise
  }

  async #work(): Promise<void> {
    this.#isBusy = true
    for (let job = this.#next(); job !== undefined; job = this.#next()) {
      const start = performance.now()
      await job.run()
      this.#jobs -= 1
      await this.#pause(performance.now() - start)
    }
    this.#isBusy = false
  }

  #next(): Job | undefined {
    const [first] = this.#waiting
    if (first === undefined) return undefined
    const [host, own] = first
    const job = own.shift()
    this.#waiting.delete(host)
    if (own.length > 0) this.#waiting.set(host, own)
    return job
  }

  /** Takes the last job of the host that waits for most, if that is more than this host would wait for. */
  #makeRoom(host: string): boolean {
    const most = [...this.#waiting.values()].reduce(
      (one, other) => (other.length > one.length ? other : one),
      [],
    )
    if (most.length <= (this.#waiting.get(host)?.length ?? 0) + 1) return false
    most.pop()?.refuse()
    this.#jobs -= 1
    return true
  }
}
