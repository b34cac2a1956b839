import { type Move, placesOf } from '../../copier/passes/move.ts'
import type { Client } from './client.ts'

/** What mcrouter does with a key that moves: before, in both forms between, and after. */
export type Routing = 'old' | 'mirror' | 'flip' | 'new'

/** What was read, and which write it should have been. */
export interface Fault {
  readonly key: string
  readonly read: string | undefined
  readonly truth: string | undefined
}

/**
 * One writer behind a router that does as the configurations of a warm resize do (AllInitial to both places, `add` to the place that is
 * read while copies are made). Nobody else writes its keys, so that it knows what each must be.
 */
export class RoutedClient {
  readonly #clients: readonly Client[]
  readonly #move: Move
  readonly #truth = new Map<string, string | undefined>()
  readonly faults: Fault[] = []
  reads = 0
  #writes = 0

  constructor(clients: readonly Client[], move: Move) {
    this.#clients = clients
    this.#move = move
  }

  /** What was written last, of every key. */
  get truth(): ReadonlyMap<string, string | undefined> {
    return this.#truth
  }

  async set(routing: Routing, key: string): Promise<void> {
    this.#writes += 1
    const value = `${this.#writes}`
    await this.#all(routing, key, (client) => client.set(key, value))
    this.#truth.set(key, value)
  }

  async delete(routing: Routing, key: string): Promise<void> {
    await this.#all(routing, key, (client) => client.say(`delete ${key}`))
    this.#truth.set(key, undefined)
  }

  async increment(routing: Routing, key: string): Promise<void> {
    const [answer] = await this.#all(routing, key, (client) => client.say(`incr ${key} 1`))
    const before = this.#truth.get(key)
    const truth = before === undefined ? undefined : `${Number(before) + 1}`
    if (answer !== (truth ?? 'NOT_FOUND')) this.faults.push({ key, read: answer, truth })
    this.#truth.set(key, truth)
  }

  async get(routing: Routing, key: string): Promise<void> {
    const [first = 0] = this.#places(routing, key)
    const read = await this.#clients[first]?.get(key)
    this.reads += 1
    const truth = this.#truth.get(key)
    if (read !== truth) this.faults.push({ key, read, truth })
  }

  /** The answer of the place that is read comes first. */
  async #all(
    routing: Routing,
    key: string,
    ask: (client: Client) => Promise<string>,
  ): Promise<readonly string[]> {
    const places = this.#places(routing, key)
    return await Promise.all(places.flatMap((place) => this.#clients[place] ?? []).map(ask))
  }

  #places(routing: Routing, key: string): readonly number[] {
    const [old, place] = placesOf(Buffer.from(key), this.#move)
    if (old === place || routing === 'old') return [old]
    if (routing === 'new') return [place]
    return routing === 'mirror' ? [old, place] : [place, old]
  }
}
