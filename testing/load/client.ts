import { CounterClient } from './counter-client.ts'
import { LockClient } from './lock-client.ts'
import type { Session } from './session.ts'
import { ValueClient } from './value-client.ts'

/** Of 100 requests; what is left of these are reads. */
const OF_100 = { incr: 2, lock: 1, set: 12, delete: 3, append: 1, cas: 1 }

/** One client: it sends each request to any of the routers, and the next when that is answered. */
export class Client {
  readonly #session: Session
  readonly #values: ValueClient
  readonly #counters: CounterClient
  readonly #locks: LockClient

  constructor(session: Session) {
    this.#session = session
    this.#values = new ValueClient(session)
    this.#counters = new CounterClient(session)
    this.#locks = new LockClient(session)
  }

  /** One request, or the two of a cas. */
  async request(): Promise<void> {
    await this.#counted(() => this.#next())
  }

  /** Stores all values and counters of its own. */
  async fill(): Promise<void> {
    const { keys, number } = this.#session
    for (const index of keys.values.keys()) {
      if (keys.ownerOf(index) === number) await this.#counted(() => this.#values.set(index))
    }
    for (const index of keys.counters.keys()) {
      if (keys.ownerOf(index) === number) await this.#counted(() => this.#counters.store(index))
    }
  }

  close(): void {
    for (const router of this.#session.routers) router.close()
  }

  /** What goes wrong may have been done or not. */
  async #counted(ask: () => Promise<void>): Promise<void> {
    const { tally } = this.#session
    tally.requests += 1
    try {
      await ask()
    } catch (error) {
      tally.failed(error)
    }
  }

  async #next(): Promise<void> {
    const { keys, random, number } = this.#session
    const again = keys.takeMissed(number)
    if (again !== undefined && !this.#values.isJustDeleted(again)) return await this.#values.set(again)
    const index = keys.byPopularity.pick(random)
    const own = keys.ownNear(index, number, keys.values.length)
    let left = random.next() * 100
    const is = (kind: keyof typeof OF_100) => {
      left -= OF_100[kind]
      return left < 0
    }
    if (is('incr')) return await this.#counters.increment()
    if (is('lock')) return await this.#locks.request()
    if (own !== undefined && !this.#values.isJustDeleted(own)) {
      if (is('set')) return await this.#values.set(own)
      if (is('delete')) return await this.#values.remove(own)
      if (is('append')) return await this.#values.append(own)
      if (is('cas')) return await this.#values.cas(own)
    }
    await this.#values.read('get', index)
  }
}
