import type { RoutedPhase } from '../../../reconciler/observe/resize-phase.ts'
import type { CopierOrder } from '../../../reconciler/warm/copier.ts'
import { ch3 } from '../../../routing/hash/ch3.ts'

/** So few that each is met often, and so many that each pair of sizes moves some and leaves some. */
export const KEYS = Array.from({ length: 24 }, (_, index) => `key-${index}`)

/** By key and number of servers: it is asked for again and again. */
const HOMES = new Map(
  KEYS.map((key) => [
    key,
    Array.from({ length: 6 }, (_, servers) => ch3(Buffer.from(key), Math.max(1, servers))),
  ]),
)

function homeOf(key: string, servers: number): number {
  return HOMES.get(key)?.[servers] ?? 0
}

/** The places of a key by a phase: that which is read comes first. */
function placesOf(phase: RoutedPhase, key: string): readonly number[] {
  if (phase.phase === 'plain') return [homeOf(key, phase.servers)]
  const [former, next] = [homeOf(key, phase.from), homeOf(key, phase.to)]
  const both = phase.phase === 'mirror' ? [former, next] : [next, former]
  return [...new Set(both)]
}

export type Read = 'right' | 'miss' | 'wrong'

/** What the servers of a pool hold, whom routers send to them in a phase, and what a copier does there. */
export class Cache {
  readonly #servers: Map<string, number>[] = []
  readonly #truth = new Map<string, number>()
  #versions = 0

  /** Those that are new are empty. */
  resize(servers: number): void {
    while (this.#servers.length < servers) this.#servers.push(new Map())
    this.#servers.length = servers
  }

  empty(server: number): void {
    this.#servers[server]?.clear()
  }

  set(phase: RoutedPhase, key: string): void {
    this.#versions += 1
    for (const place of placesOf(phase, key)) this.#servers[place]?.set(key, this.#versions)
    this.#truth.set(key, this.#versions)
  }

  delete(phase: RoutedPhase, key: string): void {
    for (const place of placesOf(phase, key)) this.#servers[place]?.delete(key)
    this.#truth.delete(key)
  }

  get(phase: RoutedPhase, key: string): Read {
    const [place = 0] = placesOf(phase, key)
    const [found, truth] = [this.#servers[place]?.get(key), this.#truth.get(key)]
    if (found === truth) return 'right'
    return found === undefined ? 'miss' : 'wrong'
  }

  /** How many values are where nobody looks for them. */
  unreachable(phase: RoutedPhase): number {
    return this.#servers
      .flatMap((server, place) => [...server.keys()].map((key) => placesOf(phase, key).includes(place)))
      .filter((isPlace) => !isPlace).length
  }

  /** All of a phase of the copier (docs/adr/0052-copier.md). */
  work({ phase, from, to }: CopierOrder): void {
    const isGrowing = to > from
    const destinations = this.#servers.filter((_, server) =>
      isGrowing ? server >= from && server < to : server < to,
    )
    const staying = this.#servers.slice(0, Math.min(from, to))
    if (phase === 'clean' || phase === 'copy') for (const one of destinations) this.#discard(one, from)
    if (phase === 'purge') for (const one of staying) this.#discard(one, to)
    if (phase === 'copy' || phase === 'mirror') for (const key of KEYS) this.#copy(key, from, to)
  }

  #discard(server: Map<string, number>, layout: number): void {
    for (const key of server.keys()) {
      if (this.#servers.indexOf(server) !== homeOf(key, layout)) server.delete(key)
    }
  }

  #copy(key: string, from: number, to: number): void {
    const [source, destination] = [from, to].map((servers) => this.#servers[homeOf(key, servers)])
    if (source === destination) return
    const value = source?.get(key)
    if (value === undefined) destination?.delete(key)
    else destination?.set(key, value)
  }
}
