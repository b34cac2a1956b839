import type { Logger } from 'pino'
import type { Clock, EpochMs } from '../process/clock.ts'
import type { Crawler } from './dump/crawler.ts'
import { type GiveUpCode, GiveUpError } from './give-up.ts'
import type { KeyMemory } from './keys/key-memory.ts'
import { isSameResize, type Order } from './order.ts'
import { Transfer } from './passes/transfer.ts'
import { type Phase, persist, serversOf, type Told, workOn } from './phases.ts'
import type { Server } from './servers/server.ts'

/** What is told of a pool. */
export interface Progress {
  readonly pool: string
  readonly id: string
  readonly phase: Phase
  readonly state: 'working' | 'done' | 'gaveUp'
  /** When the phase was begun, RFC 3339. */
  readonly since: string
  /** Of the phase, from 1; 0 before the first. */
  readonly pass: number
  /** Keys that move, of those that were listed so far. */
  readonly found: number
  /** Keys of which there is a copy. */
  readonly copied: number
  /** Keys that the pass has still to look at. */
  readonly left: number
  /** Keys a second and source that are allowed. */
  readonly rate: number
  /** Indexes of servers that were full: they have the keys that were asked for last. */
  readonly full: readonly number[]
  /** Why it cannot be done, where it gave up. */
  readonly code?: GiveUpCode
  /** The same in words, or why something is tried again. */
  readonly message?: string
}

export interface WorkOptions {
  readonly crawler: Crawler
  readonly memory: KeyMemory
  readonly clock: Clock
  readonly log: Logger
  /** Asks a server what it understands. Rejects as `look` does. */
  readonly look: (address: Order['servers'][number]) => Promise<Server>
}

/** The keys of one pool, through the phases of one resize. */
export class Work {
  readonly #options: WorkOptions
  readonly #transfer: Transfer
  #order: Order
  #stop = new AbortController()
  #running: Promise<void> = Promise.resolve()
  #since: EpochMs = 0
  #state: Progress['state'] = 'working'
  #pass = 0
  #code: GiveUpCode | undefined
  #message: string | undefined
  /** Whether all copies that are there were made, or seen, by this process. */
  #remembers = false

  constructor(order: Order, options: WorkOptions) {
    const { from, to, salt, rate } = order
    this.#order = order
    this.#options = options
    this.#transfer = new Transfer({ ...options, move: { from, to, salt }, rate })
    this.#begin(order)
  }

  /** Whether an order is of the same resize. */
  fits(order: Order): boolean {
    return isSameResize(this.#order, order)
  }

  /** Takes an order of the same resize; of another phase, once what is under way has come to an end. */
  async take(order: Order): Promise<void> {
    const isNext = order.phase !== this.#order.phase
    this.#order = order
    this.#transfer.rate = order.rate
    if (!isNext) return
    this.#stop.abort()
    await this.#running
    this.#begin(order)
  }

  get progress(): Progress {
    const { pool, id, phase, rate } = this.#order
    const { found, copied, left, full } = this.#transfer
    return {
      ...{
        pool,
        id,
        phase,
        state: this.#state,
        since: new Date(this.#since).toISOString(),
        pass: this.#pass,
      },
      ...{ found, copied, left: this.#state === 'working' ? left : 0, rate, full: [...full] },
      ...(this.#code !== undefined && { code: this.#code }),
      ...(this.#message !== undefined && { message: this.#message }),
    }
  }

  /** Resolves when nothing is at work any more. */
  async stop(): Promise<void> {
    this.#stop.abort()
    await this.#running
    this.#transfer.forget()
    for (const server of this.#transfer.servers.values()) server.close()
  }

  #begin({ phase }: Order): void {
    this.#stop = new AbortController()
    this.#since = this.#options.clock.now()
    this.#state = 'working'
    this.#pass = 0
    this.#code = undefined
    this.#message = undefined
    this.#transfer.signal = this.#stop.signal
    this.#running = this.#run(phase)
  }

  /** Never rejects, but for what is a fault of this program. */
  async #run(phase: Phase): Promise<void> {
    const { log, clock } = this.#options
    const { pool, id } = this.#order
    const begun = clock.monotonic()
    const about = { pool, id, phase }
    try {
      await this.#meet(phase)
      await workOn(phase, this.#told(), this.#remembers)
      if (phase === 'copy' || phase === 'mirror') this.#remembers = true
      this.#state = 'done'
      this.#message = undefined
      log.info({ ...about, seconds: Math.round((clock.monotonic() - begun) / 1000) }, 'done')
    } catch (error) {
      if (this.#stop.signal.aborted) return
      if (!(error instanceof GiveUpError)) throw error
      this.#giveUp(error)
      log.warn({ ...about, code: error.code, because: error.message }, 'gave up')
    }
  }

  async #meet(phase: Phase): Promise<void> {
    const { servers, move } = this.#transfer
    for (const index of serversOf(phase, move)) {
      const address = this.#order.servers[index]
      if (servers.has(index) || address === undefined) continue
      await persist(this.#told(), async () => servers.set(index, await this.#options.look(address)))
    }
  }

  #told(): Told {
    return {
      transfer: this.#transfer,
      longestSeconds: this.#order.timeoutSeconds,
      onPass: (pass) => {
        this.#pass = pass
      },
      onTrouble: ({ message }) => {
        this.#message = message
        this.#options.log.warn({ pool: this.#order.pool, because: message }, 'tries again')
      },
    }
  }

  #giveUp({ code, message }: GiveUpError): void {
    this.#transfer.forget()
    this.#remembers = false
    this.#state = 'gaveUp'
    this.#code = code
    this.#message = message
  }
}
