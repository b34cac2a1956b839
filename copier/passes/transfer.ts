import { randomBytes } from 'node:crypto'
import type { Clock } from '../../process/clock.ts'
import type { Crawler } from '../dump/crawler.ts'
import { GiveUpError, ServerError } from '../give-up.ts'
import type { KeyMemory } from '../keys/key-memory.ts'
import { KeyTable } from '../keys/key-table.ts'
import { Pace } from '../pace.ts'
import { textOf } from '../servers/dial.ts'
import type { Server } from '../servers/server.ts'
import { destinationsOf, type Move, sourcesOf } from './move.ts'

export interface TransferOptions {
  readonly move: Move
  /** Keys a second and source. */
  readonly rate: number
  readonly crawler: Crawler
  readonly memory: KeyMemory
  readonly clock: Clock
}

/** A server that starts again at most so many seconds apart is the same: what it says of its time is in whole seconds. */
const SAME_START = 3

/** What is known while keys move: the same for all phases, and lost with the process. */
export class Transfer {
  readonly move: Move
  /** By their index in the larger of the two layouts: those that were asked what they understand. */
  readonly servers = new Map<number, Server>()
  readonly crawler: Crawler
  readonly memory: KeyMemory
  readonly clock: Clock
  /** Ends what is at work. */
  signal: AbortSignal = AbortSignal.abort()
  /** By the index of a source. */
  readonly tables: ReadonlyMap<number, KeyTable>
  /** Indexes of destinations that have thrown out items since the copy began. */
  readonly full = new Set<number>()
  /** Whether the copies were made by a process before this one, which knew more of them. */
  isAdopted = false
  /** Passes that were begun, of all phases: each marks what it sees. */
  passes = 0
  /** Keys that were stored or deleted in the pass that runs. */
  changed = 0
  /** Keys that the pass still has to look at. */
  left = 0
  #rate: number
  readonly #paces: ReadonlyMap<number, Pace>
  readonly #starts = new Map<number, number>()
  readonly #evictions = new Map<number, number>()
  readonly #restarted = new Set<number>()

  constructor({ move, rate, crawler, memory, clock }: TransferOptions) {
    this.move = move
    this.crawler = crawler
    this.memory = memory
    this.clock = clock
    const [low, high] = [randomBytes(4).readUInt32LE(), randomBytes(4).readUInt32LE()]
    this.tables = new Map(sourcesOf(move).map((index) => [index, new KeyTable(memory, [low, high])]))
    this.#rate = rate
    this.#paces = new Map(
      Array.from({ length: Math.max(move.from, move.to) }, (_, index) => [index, new Pace(clock, rate)]),
    )
  }

  /** Keys a second and source. */
  get rate(): number {
    return this.#rate
  }

  set rate(perSecond: number) {
    this.#rate = perSecond
    for (const pace of this.#paces.values()) pace.rate = perSecond
  }

  /** Keys that move, of those that were listed. */
  get found(): number {
    return sum([...this.tables.values()].map(({ size }) => size))
  }

  get copied(): number {
    return sum([...this.tables.values()].map(({ copies }) => copies))
  }

  server(index: number): Server {
    const server = this.servers.get(index)
    if (server === undefined) throw new RangeError(`there is no server ${index}`)
    return server
  }

  table(source: number): KeyTable {
    const table = this.tables.get(source)
    if (table === undefined) throw new RangeError(`server ${source} is no source`)
    return table
  }

  /** Waits until so many keys of a server may be asked for; rejects when all is to stop. */
  async pace(index: number, count: number): Promise<void> {
    await this.#paces.get(index)?.take(count, this.signal)
    this.signal.throwIfAborted()
  }

  /**
   * Looks whether a server has started again, or has become full.
   * @throws {ServerError} when it has started again for the first time: the pass has to begin anew
   * @throws {GiveUpError} at the second time
   */
  async watch(index: number): Promise<void> {
    const { startedAt, evictions } = await this.server(index).condition()
    const before = this.#starts.get(index)
    if (before === undefined || Math.abs(startedAt - before) > SAME_START) {
      this.#starts.set(index, startedAt)
      this.#evictions.set(index, evictions)
      if (before !== undefined) this.#startsAgain(index)
    }
    if (evictions > (this.#evictions.get(index) ?? 0)) this.full.add(index)
  }

  /** Forgets all keys. */
  forget(): void {
    for (const table of this.tables.values()) table.clear()
    this.full.clear()
    this.#starts.clear()
    this.isAdopted = false
  }

  #startsAgain(index: number): void {
    const where = textOf(this.server(index).address)
    if (this.#restarted.has(index))
      throw new GiveUpError('ServerRestarted', `${where}: it has restarted twice`)
    this.#restarted.add(index)
    this.full.delete(index)
    this.tables.get(index)?.doubt()
    if (destinationsOf(this.move).includes(index)) for (const table of this.tables.values()) table.lose(index)
    throw new ServerError(`${where}: it has restarted`)
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, one) => all + one, 0)
}
