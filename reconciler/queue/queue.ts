import type { Clock } from '../../process/clock.ts'
import { exponential } from '../backoff.ts'
import type { Outcome } from '../outcome.ts'
import { Delays } from './delays.ts'
import { Flows, reservedOf } from './flows.ts'
import { Pace, type PaceLimits } from './pace.ts'

export interface WorkQueueOptions {
  /** Does the work for one key. The signal fires when the queue is told to hurry (see {@link WorkQueue.drain}). */
  readonly work: (key: string, signal: AbortSignal) => Promise<Outcome>
  readonly clock: Clock
  /** Keys worked on at the same time; 1 or more. */
  readonly concurrency: number
  /** The flow of a key, such as its namespace: keys of one flow do not keep those of others waiting. By default all are of one. */
  readonly flowOf?: (key: string) => string
  /** First back-off after a failure in milliseconds; doubles with each further one. Default 5, as in client-go. */
  readonly baseDelayMs?: number
  /** Longest back-off in milliseconds. Default 1,000,000, as in client-go. */
  readonly maxDelayMs?: number
  readonly observer?: QueueObserver
}

/** Told of each run; times in seconds, as client-go's histograms have them. */
export interface QueueObserver {
  /** workqueue_queue_duration_seconds: from added to taken up. */
  queued?(seconds: number): void
  /** workqueue_work_duration_seconds: one run of `work`. */
  worked?(seconds: number): void
  /** How each run ended. `work` should answer rather than throw; what it throws arrives here as `retry`. */
  ended?(key: string, outcome: Outcome): void
}

/** Limits how often one key is worked on, however often it is added or requeued: one reconcile costs milliseconds of CPU. */
const PACE: PaceLimits = { perSecond: 4, burst: 10 }

/**
 * A work queue of keys with the rules of client-go's (util/workqueue): a key waits at most once however often it is
 * added, is never worked on twice at the same time, and when added while being worked on is worked on once more. Beyond
 * those: each key has a pace, flows share the workers, and the event loop has a turn before each key is taken up, so that
 * nothing that the work does keeps the lease from being renewed or /healthz from answering.
 */
export class WorkQueue {
  readonly #options: WorkQueueOptions
  readonly #clock: Clock
  /** Keys that are to be added. */
  readonly #delays: Delays
  /** Keys that were added and whose pace does not allow them yet. */
  readonly #paced: Delays
  readonly #pace: Pace
  /** Keys that were added and wait for a worker. */
  readonly #ready: Flows
  /** Keys that were added, with the time since when: paced, ready, or being worked on. */
  readonly #added = new Map<string, number>()
  /** Keys that are being worked on, with the time since when. */
  readonly #working = new Map<string, number>()
  /** Failures in a row. */
  readonly #failures = new Map<string, number>()
  readonly #reserved: number
  readonly #hurry = new AbortController()
  #state: 'waiting' | 'running' | 'draining' = 'waiting'
  #dispatching = false
  #adds = 0
  #retries = 0
  #idle: (() => void) | undefined

  constructor(options: WorkQueueOptions) {
    this.#options = options
    this.#clock = options.clock
    this.#delays = new Delays(options.clock)
    this.#paced = new Delays(options.clock)
    this.#pace = new Pace(PACE, options.clock)
    this.#ready = new Flows(options.flowOf ?? (() => ''))
    this.#reserved = options.flowOf ? reservedOf(options.concurrency) : 0
  }

  /** Begins to work. Nothing is added before: a standby must not queue every key it sees. */
  start(): void {
    if (this.#state === 'waiting') this.#state = 'running'
  }

  /** Work on it as soon as there is a free worker. Nothing is added before the start, or once the queue drains. */
  add(key: string): void {
    if (this.#state !== 'running') return
    this.#delays.cancel(key)
    if (this.#added.has(key)) return
    this.#added.set(key, this.#clock.monotonic())
    this.#adds += 1
    if (!this.#working.has(key)) this.#admit(key)
  }

  /** Adds it after so many milliseconds; of several such calls the earliest time counts. */
  addAfter(key: string, ms: number): void {
    const pointless = this.#state !== 'running' || this.#added.has(key)
    if (pointless) return
    if (ms <= 0) this.add(key)
    else this.#delays.set(key, ms, () => this.add(key))
  }

  /** Adds it after its back-off, which grows with each call until {@link forget}; not before `atLeastMs`. */
  addRateLimited(key: string, atLeastMs = 0): void {
    const { baseDelayMs = 5, maxDelayMs = 1_000_000 } = this.#options
    const failures = this.failures(key) + 1
    this.#failures.set(key, failures)
    this.#retries += 1
    const backoff = exponential(failures, baseDelayMs, maxDelayMs)
    this.addAfter(key, Math.max(backoff, atLeastMs))
  }

  /** Its next back-off is the first one again. */
  forget(key: string): void {
    this.#failures.delete(key)
  }

  /** Failures in a row of a key. */
  failures(key: string): number {
    return this.#failures.get(key) ?? 0
  }

  /**
   * Takes nothing more, drops what waits, and resolves when the work under way has ended. When the signal fires first,
   * the signals given to that work fire, and the keys that were not finished are the answer.
   */
  async drain(signal: AbortSignal): Promise<readonly string[]> {
    this.#state = 'draining'
    this.#ready.clear()
    this.#added.clear()
    this.#paced.clear()
    this.#delays.clear()
    if (this.#working.size > 0) {
      await new Promise<void>((resolve) => {
        this.#idle = resolve
        if (signal.aborted) resolve()
        signal.addEventListener('abort', () => resolve(), { once: true })
      })
    }
    const unfinished = [...this.#working.keys()]
    this.#hurry.abort(signal.reason)
    return unfinished
  }

  /** workqueue_depth: keys ready for a worker. */
  get depth(): number {
    return this.#ready.size
  }

  /** workqueue_adds_total */
  get adds(): number {
    return this.#adds
  }

  /** workqueue_retries_total */
  get retries(): number {
    return this.#retries
  }

  /** workqueue_unfinished_work_seconds: the ages of all work under way, summed. */
  get unfinishedSeconds(): number {
    return this.#ages().reduce((sum, age) => sum + age, 0)
  }

  /** workqueue_longest_running_processor_seconds */
  get longestRunningSeconds(): number {
    return Math.max(0, ...this.#ages())
  }

  #ages(): number[] {
    const now = this.#clock.monotonic()
    return [...this.#working.values()].map((startedAt) => (now - startedAt) / 1000)
  }

  /** Makes it ready, once its pace allows it. */
  #admit(key: string): void {
    const waitMs = this.#pace.waitMs(key)
    if (waitMs > 0) {
      this.#paced.set(key, waitMs, () => this.#admit(key))
    } else {
      this.#ready.add(key)
      this.#dispatch()
    }
  }

  /** Takes up one key at the next turn of the event loop, after the I/O that is pending by then. */
  #dispatch(): void {
    if (this.#dispatching || this.#ready.size === 0) return
    this.#dispatching = true
    setImmediate(() => {
      this.#dispatching = false
      this.#takeUp()
    })
  }

  #takeUp(): void {
    const free = this.#options.concurrency - this.#working.size
    if (this.#state !== 'running' || free <= 0) return
    const key = this.#ready.take(free <= this.#reserved)
    if (key === undefined) return
    void this.#run(key)
    this.#dispatch()
  }

  async #run(key: string): Promise<void> {
    const startedAt = this.#clock.monotonic()
    const addedAt = this.#added.get(key) ?? startedAt
    this.#added.delete(key)
    this.#working.set(key, startedAt)
    this.#pace.took(key)
    this.#options.observer?.queued?.((startedAt - addedAt) / 1000)
    const outcome = await this.#outcome(key)
    this.#working.delete(key)
    this.#ready.ended(key)
    this.#options.observer?.worked?.((this.#clock.monotonic() - startedAt) / 1000)
    this.#options.observer?.ended?.(key, outcome)
    this.#finish(key, outcome)
    this.#dispatch()
    if (this.#working.size === 0) this.#idle?.()
  }

  async #outcome(key: string): Promise<Outcome> {
    try {
      return await this.#options.work(key, this.#hurry.signal)
    } catch (error) {
      return { kind: 'retry', error: error instanceof Error ? error : new Error(String(error)) }
    }
  }

  #finish(key: string, outcome: Outcome): void {
    if (this.#added.has(key)) this.#admit(key)
    if (outcome.kind === 'retry') this.#retry(key, outcome)
    else if (outcome.kind !== 'requeue' || !outcome.untried) this.forget(key)
    if (outcome.kind === 'requeue') this.addAfter(key, outcome.afterMs)
  }

  #retry(key: string, { error, withinMs = Number.POSITIVE_INFINITY }: Outcome & { kind: 'retry' }): void {
    const atLeastMs = retryAfter(error)
    this.addRateLimited(key, atLeastMs)
    if (Number.isFinite(withinMs)) this.addAfter(key, Math.max(withinMs, atLeastMs))
  }
}

/** How long the error itself asks to wait, as an ApiError does that carries a Retry-After. */
function retryAfter(error: Error): number {
  return 'retryAfterMs' in error && typeof error.retryAfterMs === 'number' ? error.retryAfterMs : 0
}
