import { setTimeout as delay } from 'node:timers/promises'
import { Random } from '../../testing/random.ts'
import { machine } from '../support/machine.ts'
import { disturbancesFor } from './disturbance.ts'
import { Fleet } from './fleet.ts'
import type { Operator } from './operator.ts'
import { Outages } from './outages.ts'
import type { Outcome } from './outcome.ts'
import { Restarts } from './restarts.ts'
import { Sampler } from './sampler.ts'
import type { Arrival } from './tracker.ts'

export interface SoakOptions {
  readonly minutes: number
  readonly mcrouters: number
  readonly seed: number
  /** Operations a second. */
  readonly rate: number
  /** Milliseconds that objects may take to become as a stored spec says. */
  readonly boundMs: number
  readonly say: (line: string) => void
}

const CHECKPOINT_MS = 600_000
const SAMPLE_MS = 15_000
/** A short soak, too, has enough samples for a trend. */
const LEAST_SAMPLES = 12

/** One soak of an operator that has just been started. */
export class Soak {
  readonly #options: SoakOptions
  readonly #operator: Operator
  readonly #durationMs: number
  #startedAt = performance.now()
  readonly #outages = new Outages()
  readonly #fleet: Fleet
  readonly #restarts: Restarts
  readonly #sampler: Sampler
  readonly #found = { lost: new Set<string>(), wrong: new Set<string>(), compared: 0, checkpoints: 0 }
  #isPaused = false
  /** Until all are deleted at once, which takes the garbage collector its time. */
  #arrivals: readonly Arrival[] | undefined

  constructor(operator: Operator, options: SoakOptions) {
    const now = () => this.#now()
    this.#options = options
    this.#operator = operator
    this.#durationMs = options.minutes * 60_000
    this.#fleet = new Fleet(operator.controlPlane.client, options.mcrouters, this.#outages, now)
    this.#restarts = new Restarts(operator, this.#outages, now, options.say)
    this.#sampler = new Sampler(operator)
  }

  /** Never rejects: an end before its time, by the signal or by an error, is told in the outcome. */
  async run(stop: AbortSignal): Promise<Outcome> {
    const over = new AbortController()
    const signal = AbortSignal.any([stop, over.signal])
    const following = this.#fleet.follow(signal)
    let interrupted: string | undefined
    try {
      await Promise.race([this.#course(signal), untilAborted(stop)])
    } catch (error) {
      interrupted =
        error instanceof Error ? `${error.message} ${String(error.cause ?? '')}`.trim() : String(error)
    }
    const outcome = await this.#outcome(interrupted)
    over.abort()
    await following
    return outcome
  }

  async #course(signal: AbortSignal): Promise<void> {
    const { say, mcrouters } = this.#options
    say(`${mcrouters} Mcrouters are created`)
    await this.#fleet.fill()
    this.#note(await this.#fleet.compare())
    // That all are made at once is no part of what is measured.
    this.#startedAt = performance.now()
    this.#fleet.tracker.arrivals.length = 0
    const beside = Promise.all([this.#churn(signal), this.#watchOver(signal)])
    await Promise.race([this.#disturb(), beside])
    this.#isPaused = true
    say('the last comparison, and again once all Mcrouters are deleted')
    this.#note(await this.#fleet.compare())
    this.#arrivals = [...this.#fleet.tracker.arrivals]
    this.#note(await this.#fleet.empty())
  }

  #now(): number {
    return performance.now() - this.#startedAt
  }

  /** Restarts and comparisons, one after the other at their times. */
  async #disturb(): Promise<void> {
    const restarts = disturbancesFor(this.#durationMs).map((disturbance) => ({
      at: disturbance.at,
      what: `${disturbance.part} gets ${disturbance.signal}`,
      begin: () => this.#restarts.carryOut(disturbance),
    }))
    const count = Math.ceil(this.#durationMs / CHECKPOINT_MS) - 1
    const checkpoints = Array.from({ length: count }, (_, index) => ({
      at: (index + 1) * CHECKPOINT_MS,
      what: 'everything is compared',
      begin: () => this.#compare(),
    }))
    for (const { at, what, begin } of [...restarts, ...checkpoints].sort((a, b) => a.at - b.at)) {
      await delay(Math.max(0, at - this.#now()))
      this.#options.say(`${Math.round(this.#now() / 1000)} s: ${what}`)
      await begin()
    }
    await delay(Math.max(0, this.#durationMs - this.#now()))
  }

  async #churn(signal: AbortSignal): Promise<void> {
    const random = new Random(this.#options.seed)
    while (!signal.aborted) {
      if (!this.#isPaused) this.#fleet.begin(random)
      await delay(1000 / this.#options.rate)
    }
  }

  async #watchOver(signal: AbortSignal): Promise<void> {
    const everyMs = Math.min(SAMPLE_MS, this.#durationMs / LEAST_SAMPLES)
    while (!signal.aborted) {
      await this.#sampler.look(this.#now())
      await this.#restarts.revive()
      await delay(everyMs)
    }
  }

  async #compare(): Promise<void> {
    this.#isPaused = true
    this.#note(await this.#fleet.compare())
    this.#isPaused = false
  }

  #note({ lost, wrong, compared }: Awaited<ReturnType<Fleet['compare']>>): void {
    for (const line of lost) this.#found.lost.add(line)
    for (const line of wrong) this.#found.wrong.add(line)
    this.#found.compared += compared
    this.#found.checkpoints += 1
    this.#options.say(`  ${compared} objects: ${lost.length} lost, ${wrong.length} wrong`)
  }

  async #outcome(interrupted: string | undefined): Promise<Outcome> {
    const { answers, tracker } = this.#fleet
    return {
      machine: machine(),
      seed: this.#options.seed,
      mcrouters: this.#options.mcrouters,
      minutes: this.#now() / 60_000,
      interrupted,
      counts: answers.counts,
      arrivals: this.#arrivals ?? tracker.arrivals,
      outages: this.#outages.all,
      checkpoints: this.#found.checkpoints,
      compared: this.#found.compared,
      boundMs: this.#options.boundMs,
      lost: [...this.#found.lost],
      wrong: [...tracker.invalid, ...this.#found.wrong],
      failed: answers.faults,
      ended: this.#restarts.surprises,
      certificates: this.#sampler.certificates,
      writers: await this.#operator.writers().catch(() => undefined),
      samples: this.#sampler.samples,
      loads: this.#sampler.loads,
    }
  }
}

/** Rejects with the reason when the signal fires. */
function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
}
