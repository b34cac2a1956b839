import fc from 'fast-check'
import t from 'tap'
import type { Outcome } from '../../../reconciler/outcome.ts'
import { WorkQueue } from '../../../reconciler/queue/queue.ts'
import { effort } from '../../../testing/effort.ts'
import { settle, TestClock } from '../../support/clock.ts'

const KEYS = ['a', 'b', 'c', 'd']
const CONCURRENCY = 2

/** Keys for which no run has begun since they were added: at once, or in whatever way. */
interface Model {
  readonly atOnce: Set<string>
  readonly owed: Set<string>
}

/** The queue, with work that the commands finish. */
class Rig {
  readonly clock = new TestClock()
  readonly running = new Map<string, (outcome: Outcome) => void>()
  readonly queue: WorkQueue
  readonly #model: Model

  constructor(model: Model) {
    this.#model = model
    this.queue = new WorkQueue({
      clock: this.clock,
      concurrency: CONCURRENCY,
      work: (key) => {
        if (this.running.has(key)) throw new Error(`${key} is worked on twice at once`)
        this.#model.owed.delete(key)
        this.#model.atOnce.delete(key)
        return new Promise((resolve) => this.running.set(key, resolve))
      },
    })
    this.queue.start()
  }

  async finish(key: string, outcome: Outcome): Promise<void> {
    this.running.get(key)?.(outcome)
    this.running.delete(key)
    await settle()
  }

  /** Lets all work succeed and all delays pass. */
  async finishAll(): Promise<void> {
    do {
      for (const key of [...this.running.keys()]) await this.finish(key, { kind: 'done' })
      await this.clock.advance(1_000)
    } while (this.running.size > 0)
  }

  check(): void {
    if (this.running.size > CONCURRENCY) throw new Error('more work at once than allowed')
    const waiting = [...this.#model.atOnce].filter((key) => !this.running.has(key))
    if (this.queue.depth < waiting.length) throw new Error(`${waiting} are lost`)
    if (this.queue.depth > 0 && this.running.size < CONCURRENCY)
      throw new Error('a key waits beside a free worker')
  }
}

type Command = fc.AsyncCommand<Model, Rig>

class Add implements Command {
  readonly key: string
  constructor(key: string) {
    this.key = key
  }
  check = () => true
  async run(model: Model, rig: Rig) {
    model.owed.add(this.key)
    model.atOnce.add(this.key)
    rig.queue.add(this.key)
    await settle()
    rig.check()
  }
  toString = () => `add(${this.key})`
}

class AddAfter implements Command {
  readonly key: string
  readonly ms: number
  constructor(key: string, ms: number) {
    this.key = key
    this.ms = ms
  }
  check = () => true
  async run(model: Model, rig: Rig) {
    model.owed.add(this.key)
    rig.queue.addAfter(this.key, this.ms)
    await settle()
    rig.check()
  }
  toString = () => `addAfter(${this.key}, ${this.ms})`
}

class Finish implements Command {
  readonly index: number
  readonly outcome: Outcome
  constructor(index: number, outcome: Outcome) {
    this.index = index
    this.outcome = outcome
  }
  check = () => true
  async run(_: Model, rig: Rig) {
    const keys = [...rig.running.keys()]
    const key = keys[this.index % keys.length]
    if (key !== undefined) await rig.finish(key, this.outcome)
    rig.check()
  }
  toString = () => `finish(${this.index}, ${this.outcome.kind})`
}

class Advance implements Command {
  readonly ms: number
  constructor(ms: number) {
    this.ms = ms
  }
  check = () => true
  async run(_: Model, rig: Rig) {
    await rig.clock.advance(this.ms)
    rig.check()
  }
  toString = () => `advance(${this.ms})`
}

const key = fc.constantFrom(...KEYS)
const outcome: fc.Arbitrary<Outcome> = fc.oneof(
  fc.constant<Outcome>({ kind: 'done' }),
  fc.constant<Outcome>({ kind: 'terminal', reason: 'Invalid' }),
  fc.constant<Outcome>({ kind: 'retry', error: new Error('no') }),
  fc.integer({ min: 0, max: 100 }).map((afterMs): Outcome => ({ kind: 'requeue', afterMs })),
)
const commands = fc.commands(
  [
    key.map((one) => new Add(one)),
    fc.tuple(key, fc.integer({ min: -1, max: 100 })).map(([one, ms]) => new AddAfter(one, ms)),
    fc.tuple(fc.nat(CONCURRENCY), outcome).map(([index, ended]) => new Finish(index, ended)),
    fc.integer({ min: 0, max: 200 }).map((ms) => new Advance(ms)),
  ],
  { maxCommands: 60 },
)

t.test(
  'whatever is done to it: no key twice at once, none lost, none waiting beside a free worker',
  async (t) => {
    await fc.assert(
      fc.asyncProperty(commands, async (cmds) => {
        const model: Model = { atOnce: new Set(), owed: new Set() }
        const rig = new Rig(model)
        await fc.asyncModelRun(() => ({ model, real: rig }), cmds)
        await rig.finishAll()
        t.same([...model.owed], [])
        t.equal(rig.queue.depth, 0)
      }),
      effort(200),
    )
  },
)
