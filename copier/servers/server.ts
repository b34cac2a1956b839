import type { Clock } from '../../process/clock.ts'
import { statisticsIn } from '../../process/statistics.ts'
import { ServerError } from '../give-up.ts'
import { Connection } from './connection.ts'
import { type Address, type Dial, textOf } from './dial.ts'
import type { Dialect } from './dialect.ts'
import type { Item, Outcome, Removing, Storing } from './item.ts'
import type { Reply } from './replies.ts'

/** What a server says of itself. */
export interface Condition {
  /** Items that were thrown out for others. */
  readonly evictions: number
  /** Unix seconds, exact to one or two. */
  readonly startedAt: number
  readonly isCrawling: boolean
}

/** What a server was found to understand. */
export interface Understood {
  readonly dialect: Dialect
  /** Not with `-C`. */
  readonly hasCas: boolean
}

const STATS = [Buffer.from('stats\r\n')]

/** A server of the pool, in its dialect, over a connection that is made anew when it breaks. */
export class Server {
  readonly address: Address
  readonly dialect: Dialect
  /** Whether it can tell one value of a key from the next. */
  readonly hasCas: boolean
  readonly #dial: Dial
  readonly #clock: Clock
  #connection: Connection | undefined

  constructor(address: Address, { dialect, hasCas }: Understood, dial: Dial, clock: Clock) {
    this.address = address
    this.dialect = dialect
    this.hasCas = hasCas
    this.#dial = dial
    this.#clock = clock
  }

  /** The items of keys, undefined for those that are absent. All reject with a ServerError. */
  async get(keys: readonly Buffer[]): Promise<readonly (Item | undefined)[]> {
    const replies = await this.exchange(keys.map((key) => this.dialect.get(key)))
    return replies.map((reply) => this.dialect.item(reply))
  }

  async store(all: readonly Storing[]): Promise<readonly Outcome[]> {
    const replies = await this.exchange(all.map((one) => this.dialect.store(one)))
    const outcomes = replies.map((reply) => this.dialect.stored(reply))
    return this.dialect.listing === 'hash' ? outcomes : await this.#withCas(all, outcomes)
  }

  async remove(all: readonly Removing[]): Promise<readonly Outcome[]> {
    const replies = await this.exchange(all.map((one) => this.dialect.remove(one)))
    return replies.map((reply) => this.dialect.removed(reply))
  }

  async condition(): Promise<Condition> {
    const [reply] = await this.exchange([STATS])
    const values = statisticsIn(reply?.lines ?? [])
    return {
      evictions: numberIn(values, 'evictions'),
      startedAt: numberIn(values, 'time') - numberIn(values, 'uptime'),
      // One without a crawler does not say it.
      isCrawling: (values.get('lru_crawler_running') ?? '0') !== '0',
    }
  }

  async exchange(requests: readonly (readonly Buffer[])[]): Promise<readonly Reply[]> {
    if (this.#connection === undefined || this.#connection.broken)
      this.#connection = new Connection(this.#dial(this.address), this.#clock)
    try {
      return await this.#connection.exchange(requests)
    } catch (error) {
      if (!(error instanceof ServerError)) throw error
      throw new ServerError(`${textOf(this.address)}: ${error.message}`, { cause: error })
    }
  }

  close(): void {
    this.#connection?.close()
    this.#connection = undefined
  }

  /** It does not tell the cas of what it stored: that has to be asked for. */
  async #withCas(all: readonly Storing[], outcomes: readonly Outcome[]): Promise<readonly Outcome[]> {
    const items = await this.get(all.map(({ key }) => key))
    return outcomes.map((outcome, index) =>
      outcome.kind === 'done' ? { kind: 'done', cas: items[index]?.cas ?? 0n } : outcome,
    )
  }
}

function numberIn(values: ReadonlyMap<string, string>, name: string): number {
  const number = Number(values.get(name))
  if (Number.isFinite(number)) return number
  throw new ServerError(`it has no ${name} in its statistics`)
}
