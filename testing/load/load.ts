import { setTimeout as delay } from 'node:timers/promises'
import { Random } from '../random.ts'
import { Client } from './client.ts'
import { type Address, Connection } from './connection.ts'
import { type KeyCounts, Keys } from './keys.ts'
import { type Sweep, sweep } from './sweep.ts'
import { Tally } from './tally.ts'

export interface LoadOptions {
  /** In front of the same servers; each request takes any of them. */
  readonly routers: readonly Address[]
  readonly seed: number
  /** How many requests are under way at most; 24 by default. */
  readonly clients?: number
  readonly keys?: KeyCounts
  /** Requests a second of all clients; as many as are answered by default. */
  readonly rate?: number
  /** In which a router has to have answered, in ms; 4,000 by default. */
  readonly timeoutMs?: number
}

const KEYS: KeyCounts = { values: 50_000, counters: 2_000, locks: 1_000 }
const CLIENTS = 24
const TIMEOUT_MS = 4_000

/**
 * Clients of a cache who know what is in it, since one alone writes each key: sets with and without a lifetime, deletes, appends, cas,
 * counters and locks, most of it reads, by Zipf's law. What is missed is stored again.
 */
export class Load {
  readonly #options: LoadOptions
  readonly #keys: Keys
  readonly #clients: readonly Client[]
  #tally = new Tally()

  constructor(options: LoadOptions) {
    this.#options = options
    const { clients = CLIENTS, keys = KEYS, seed } = options
    this.#keys = new Keys(keys, clients)
    this.#clients = Array.from({ length: clients }, (_, number) =>
      this.#client(number, new Random(seed + number)),
    )
  }

  /** Of all requests since it was last taken. */
  takeTally(): Tally {
    const taken = this.#tally
    this.#tally = new Tally()
    return taken
  }

  /** Stores every value and counter once. */
  async fill(): Promise<void> {
    await Promise.all(this.#clients.map((client) => client.fill()))
  }

  /** Until so many requests were sent in this run, or it is told to end; each that was sent is answered by then. */
  async run({
    requests = Number.POSITIVE_INFINITY,
    signal,
  }: {
    requests?: number
    signal?: AbortSignal
  }): Promise<void> {
    const { rate = Number.POSITIVE_INFINITY } = this.#options
    const begun = performance.now()
    let sent = 0
    const loop = async (client: Client) => {
      while (sent < requests && !signal?.aborted) {
        const early = begun + (sent++ / rate) * 1000 - performance.now()
        if (early > 1) await delay(early)
        await client.request()
      }
    }
    await Promise.all(this.#clients.map(loop))
  }

  /** Reads every value and counter through each router while nobody writes: to be called when no run is under way. */
  async sweep(): Promise<Sweep> {
    const { clients = CLIENTS } = this.#options
    return await sweep(this.#keys, () => this.#connections(), clients)
  }

  close(): void {
    for (const client of this.#clients) client.close()
  }

  #client(number: number, random: Random): Client {
    const load = this
    return new Client({
      number,
      routers: this.#connections(),
      keys: this.#keys,
      random,
      get tally() {
        return load.#tally
      },
      now: () => performance.now(),
    })
  }

  #connections(): Connection[] {
    const { routers, timeoutMs = TIMEOUT_MS } = this.#options
    return routers.map((router) => new Connection(router, timeoutMs))
  }
}
