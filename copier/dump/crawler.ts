import { type Clock, sleep } from '../../process/clock.ts'
import { GiveUpError, ServerError } from '../give-up.ts'
import { type Dial, textOf } from '../servers/dial.ts'
import type { Server } from '../servers/server.ts'
import type { Listed } from './dump-line.ts'
import { DumpParser, type Refusal } from './dump-parser.ts'

/** How long a crawler may be busy with something else, in milliseconds. */
const BUSY_MS = 60_000
const AGAIN_MS = 250
/** A server writes a dump without a pause: one that is not going on is closed. */
const IDLE_MS = 5_000
/** 20 million keys take 45 s. */
const WHOLE_MS = 300_000

export interface CrawlerOptions {
  readonly dial: Dial
  readonly clock: Clock
  /** 60,000 by default. */
  readonly busyMs?: number
  /** 5,000 by default. */
  readonly idleMs?: number
}

/**
 * Lists the keys of servers, one dump at a time. A dump that nobody reads can stop memcached for good as soon as something else wants
 * its crawler (docs/memcached-dump.md). So each is read as fast as it comes, is closed when it does not go on, and none is
 * asked for while the crawler is at work, be it for a reader of which nothing is left but its connection.
 */
export class Crawler {
  readonly #options: CrawlerOptions
  #last: Promise<void> = Promise.resolve()

  constructor(options: CrawlerOptions) {
    this.#options = options
  }

  /**
   * Resolves once every key was told, and the dump before has ended.
   * @throws {GiveUpError} when the server gives none, or its crawler stays busy
   * @throws {ServerError} when it breaks off: some keys were told
   */
  list(server: Server, each: (listed: Listed) => void, signal: AbortSignal): Promise<void> {
    const turn = this.#last.then(() => this.#list(server, each, signal))
    this.#last = turn.catch(() => {})
    return turn
  }

  async #list(server: Server, each: (listed: Listed) => void, signal: AbortSignal): Promise<void> {
    const { clock, busyMs = BUSY_MS } = this.#options
    const until = clock.monotonic() + busyMs
    let { listing } = server.dialect
    while (!signal.aborted) {
      const { isCrawling } = await server.condition()
      const refusal = isCrawling ? 'busy' : await this.#read(server, listing, each, signal)
      if (refusal === undefined) return
      if (refusal === 'no-hash') listing = 'all'
      else if (clock.monotonic() >= until) throw busy(server, busyMs)
      else await sleep(clock, AGAIN_MS, signal)
    }
    throw new ServerError('it was stopped')
  }

  async #read(
    server: Server,
    listing: 'hash' | 'all',
    each: (listed: Listed) => void,
    signal: AbortSignal,
  ): Promise<Refusal | undefined> {
    const { dial, clock, idleMs = IDLE_MS } = this.#options
    const parser = new DumpParser(each)
    const done = Promise.withResolvers<void>()
    const fail = (because: string) => done.reject(new ServerError(`${textOf(server.address)}: ${because}`))
    const socket = dial(server.address)
    let movedAt = clock.monotonic()
    let cancel = () => {}
    const watch = () => {
      // One that was stopped, and goes on, comes here before it reads what has come.
      if (clock.monotonic() - movedAt >= idleMs) fail(`its dump stood still for ${idleMs} ms`)
      else cancel = clock.after(idleMs / 5, watch)
    }
    watch()
    const tooLong = clock.after(WHOLE_MS, () => fail(`its dump takes more than ${WHOLE_MS / 1000} s`))
    const stop = () => fail('it was stopped')
    signal.addEventListener('abort', stop, { once: true })
    socket
      .setEncoding('latin1')
      .on('error', (error) => fail(error.message))
      .on('close', () => fail('it closes the connection in a dump'))
      .on('data', (piece: string) => {
        movedAt = clock.monotonic()
        try {
          if (parser.take(piece)) done.resolve()
        } catch (error) {
          done.reject(error instanceof GiveUpError ? of(server, error) : error)
        }
      })
      .write(`lru_crawler metadump ${listing}\r\n`)
    try {
      await done.promise
      return parser.refusal
    } finally {
      cancel()
      tooLong()
      signal.removeEventListener('abort', stop)
      socket.destroy()
    }
  }
}

function busy({ address }: Server, busyMs: number): GiveUpError {
  const where = textOf(address)
  return new GiveUpError(
    'CrawlerBusy',
    `${where}: its crawler is busy with something else for ${busyMs / 1000} s`,
  )
}

function of({ address }: Server, { code, message }: GiveUpError): GiveUpError {
  return new GiveUpError(code, `${textOf(address)}: ${message}`)
}
