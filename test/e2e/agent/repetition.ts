import { type Command, Connection } from './connection.ts'
import { type Counts, count } from './keys.ts'

export interface RepetitionPlan extends Command {
  /** How many send it, each as soon as it has the reply to the one before. */
  readonly clients: number
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
    const connection = new Connection(this.#plan.target)
    while (!this.#stopped) count(this.#counts, (await connection.ask(`${this.#plan.command}\r\n`)).kind)
    connection.close()
  }
}
