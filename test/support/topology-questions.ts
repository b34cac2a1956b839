import { askedIn } from '../../build/topologies/asked.ts'
import type { Topology } from '../../build/topologies/topology.ts'
import type { ClientOperation } from '../../routing/explain/request.ts'

/** What a client sends for an operation that pages tell of, without the end of its line. */
export const REQUESTS: Readonly<Partial<Record<ClientOperation, (key: string) => string>>> = {
  get: (key) => `get ${key}`,
  set: (key) => `set ${key} 0 0 3\r\nnew`,
  add: (key) => `add ${key} 0 0 3\r\nnew`,
  delete: (key) => `delete ${key}`,
  incr: (key) => `incr ${key} 1`,
}

/** What stores a key as it is to be before that; nothing where it is to be new. */
export function preparation(operation: ClientOperation, key: string): string[] {
  const value = operation === 'incr' ? '10' : 'val'
  return operation === 'add' ? [] : [`set ${key} 0 0 ${value.length}\r\n${value}`]
}

/** Keys that ask the same servers for the same reasons as one of a page, none twice in a topology. */
export class AlikeKeys {
  readonly #topology: Topology
  /** How many of each series have been looked at. */
  readonly #used = new Map<string, number>()

  constructor(topology: Topology) {
    this.#topology = topology
  }

  next(key: string): string {
    const wanted = this.#way(key)
    for (;;) {
      const index = (this.#used.get(key) ?? 0) + 1
      this.#used.set(key, index)
      if (this.#way(`${key}:${index}`) === wanted) return `${key}:${index}`
    }
  }

  #way(key: string): string {
    const { explain } = this.#topology
    return JSON.stringify((['get', 'set'] as const).map((operation) => askedIn(explain(operation, key))))
  }
}
