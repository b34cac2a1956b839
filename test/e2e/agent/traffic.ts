import { setTimeout as delay } from 'node:timers/promises'
import { Connection, type Target } from './connection.ts'
import { type Counts, count, keyOf, valueUnder } from './keys.ts'
import type { Reply } from './reply.ts'

export interface TrafficPlan {
  readonly target: Target
  readonly prefix: string
  /** How many keys it uses. */
  readonly keys: number
  /** How many clients, each with a connection of its own and one command at a time. */
  readonly clients: number
  /** What each client rests between two commands, in milliseconds. */
  readonly pauseMs: number
  /** How long values are; as short as they can be by default. */
  readonly valueBytes?: number
  /** Whether nothing is set. */
  readonly readOnly?: boolean
}

/** A command that a client of a cache would call failed: neither stored, nor hit, nor missed. */
export interface Failure {
  readonly operation: 'set' | 'get'
  readonly key: string
  readonly kind: Reply['kind'] | 'wrong'
  readonly text: string
  /** Milliseconds since 1970. */
  readonly at: number
}

export interface TrafficReport {
  readonly set: Counts
  readonly get: Counts
  /** The first of them; `set` and `get` count them all. */
  readonly failures: readonly Failure[]
}

const FAILURES_KEPT = 2000
const fine: ReadonlySet<string> = new Set(['stored', 'hit', 'miss'])

/** Steady sets and gets, half of each, or gets alone, until told to stop. */
export class Traffic {
  readonly #plan: TrafficPlan
  readonly #set: Counts = {}
  readonly #get: Counts = {}
  readonly #failures: Failure[] = []
  readonly #clients: Promise<void>[]
  #stopped = false

  constructor(plan: TrafficPlan) {
    this.#plan = plan
    this.#clients = Array.from({ length: plan.clients }, (_, client) => this.#run(client))
  }

  get report(): TrafficReport {
    return { set: { ...this.#set }, get: { ...this.#get }, failures: [...this.#failures] }
  }

  async stop(): Promise<TrafficReport> {
    this.#stopped = true
    await Promise.all(this.#clients)
    return this.report
  }

  async #run(client: number): Promise<void> {
    const { target, prefix, keys, clients, pauseMs, valueBytes = 0, readOnly = false } = this.#plan
    const connection = new Connection(target)
    for (let turn = client; !this.#stopped; turn += clients) {
      const key = keyOf(prefix, turn % keys)
      const value = valueUnder(key).padEnd(valueBytes, '.')
      if (!readOnly) {
        this.#note('set', value, key, await connection.set(key, value))
        await delay(pauseMs)
      }
      this.#note('get', value, key, await connection.get(key))
      await delay(pauseMs)
    }
    connection.close()
  }

  #note(operation: 'set' | 'get', value: string, key: string, reply: Reply): void {
    const kind = reply.kind === 'hit' && reply.text !== value ? 'wrong' : reply.kind
    count(operation === 'set' ? this.#set : this.#get, kind)
    if (fine.has(kind) || this.#failures.length >= FAILURES_KEPT) return
    this.#failures.push({ operation, key, kind, text: reply.text, at: Date.now() })
  }
}
