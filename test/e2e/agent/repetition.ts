import { setTimeout as delay } from 'node:timers/promises'
import { type Command, Connection } from './connection.ts'
import { type Counts, count } from './keys.ts'

export interface RepetitionPlan extends Command {
  /** How many send it, each one at a time. */
  readonly clients: number
  /** What each rests before it sends it again, in milliseconds; nothing by default. */
  readonly pauseMs?: number
}

/** A command again and again, until told to stop. */
export class Repetition {
  readonly #plan: RepetitionPlan
  readonly #counts: Counts = {}
  readonly #clients: Promise<void>[]
  #stopped = false

  constructor(plan: RepetitionPlan) {
    this.#plan = plan
    this.#clients = Array.from({ length: plan.clients }, () => this.#run())
  }

  /** The replies by kind. */
  async stop(): Promise<Counts> {
    this.#stopped = true
    await Promise.all(this.#clients)
    return this.#counts
  }

  async #run(): Promise<void> {
    const { target, command, pauseMs } = this.#plan
    const connection = new Connection(target)
    while (!this.#stopped) {
      count(this.#counts, (await connection.ask(`${command}\r\n`)).kind)
      if (pauseMs !== undefined) await delay(pauseMs)
    }
    connection.close()
  }
}
