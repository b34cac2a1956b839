import type { Clock, EpochMs } from '../../../process/clock.ts'
import { KIND } from '../../../schemas/well-known.ts'
import type { KubeApi, KubeObject } from '../api.ts'
import { ApiError } from '../connection/errors.ts'
import { events } from '../resources.ts'
import { eventFor, type Happening, noted, type Occurrences, type Reporter, seriesOf } from './event.ts'
import { Remembered } from './remembered.ts'
import { begin, hasEnded, type Series } from './series.ts'
import { type BucketLimits, TokenBucket } from './token-bucket.ts'
import { OWN, Waiting } from './waiting.ts'

export type { Happening, Reporter } from './event.ts'

export interface RecorderOptions {
  readonly api: KubeApi
  readonly reporter: Reporter
  readonly clock: Clock
  /** 0 ≤ n < 1 */
  readonly random: () => number
  /** Told of each event that could not be written. */
  readonly onTrouble: (error: Error) => void
}

// A series under way is written again at most so often.
const REWRITE_MS = 60_000
// client-go's tools/record/events_cache.go: 25 at once for one object, then one in 5 minutes; 4096 objects remembered. No more
// events than that wait to be written: objects can be made faster than an API server takes events about them. Namespaces share
// both, so that none costs another its events.
const PER_OBJECT: BucketLimits = { perSecond: 1 / 300, burst: 25 }
const REMEMBERED = 4096
const WRITERS = 4

/**
 * Writes events.k8s.io/v1 Events. To record is only to note it down: the writing happens in the background, repeats of
 * the same thing become one Event with a count, and an event that cannot be written is counted, reported and left.
 */
export class Recorder {
  readonly #options: RecorderOptions
  readonly #clock: Clock
  /** Those that go on, the one heard of longest ago first. */
  readonly #series = new Remembered<Series>(REMEMBERED)
  /** By the uid of the object. */
  readonly #buckets = new Remembered<TokenBucket>(REMEMBERED)
  readonly #waiting = new Waiting<Series>(REMEMBERED)
  #writing = 0
  #cancelRewrite: (() => void) | undefined
  #whenIdle: (() => void)[] = []
  #written = 0
  #dropped = 0
  #failed = 0

  constructor(options: RecorderOptions) {
    this.#options = options
    this.#clock = options.clock
  }

  /** Requests that wrote an event. */
  get written(): number {
    return this.#written
  }

  /** Events left out because too much happened to one object, or too many waited to be written. */
  get dropped(): number {
    return this.#dropped
  }

  /** Events that the API server did not take. */
  get failed(): number {
    return this.#failed
  }

  /** Returns at once. */
  record(about: KubeObject, happening: Happening): void {
    const now = this.#clock.now()
    this.#dropEnded(now)
    const noticed = { ...happening, note: noted(happening.note) }
    const { uid } = about.metadata
    const flow = flowOf(about)
    const id = JSON.stringify([uid, noticed])
    const series = this.#series.get(id)
    if (series && !hasEnded(series, now)) {
      const { count, firstAt } = series.occurrences
      this.#series.set(id, flow, series)
      series.occurrences = { count: count + 1, firstAt, lastAt: now }
      if (count === 1) this.#enqueue(series)
      else this.#rewriteLater()
    } else if (this.#bucket(uid, flow).take()) {
      const begun = { id, flow, ...begin(about, noticed, now, this.#options.random()) }
      this.#series.set(id, flow, begun)
      this.#enqueue(begun)
    } else {
      this.#dropped += 1
    }
  }

  /** Writes the counts that are still to be written; resolves when all is written or has failed. */
  async flush(): Promise<void> {
    this.#rewrite()
    if (this.#isIdle) return
    await new Promise<void>((resolve) => this.#whenIdle.push(resolve))
  }

  get #isIdle(): boolean {
    return this.#waiting.size + this.#writing === 0
  }

  #dropEnded(now: EpochMs): void {
    for (const [id, series] of this.#series.entries()) {
      if (!hasEnded(series, now)) return
      this.#series.delete(id)
    }
  }

  #bucket(uid: string, flow: string): TokenBucket {
    const known = this.#buckets.get(uid)
    if (known) return known
    const bucket = new TokenBucket(PER_OBJECT, this.#clock)
    this.#buckets.set(uid, flow, bucket)
    return bucket
  }

  #rewriteLater(): void {
    this.#cancelRewrite ??= this.#clock.after(REWRITE_MS, () => this.#rewrite())
  }

  #rewrite(): void {
    this.#cancelRewrite?.()
    this.#cancelRewrite = undefined
    for (const [, series] of this.#series.entries()) {
      if (series.written > 0 && series.occurrences.count > series.written) this.#enqueue(series)
    }
  }

  #enqueue(series: Series): void {
    if (series.phase === 'writing') series.phase = 'again'
    if (series.phase !== 'idle') return
    series.phase = 'waiting'
    const leftOut = this.#waiting.add(series)
    if (leftOut !== undefined) this.#leaveOut(leftOut)
    this.#fill()
  }

  /** The count of one that the API server knows is written later. */
  #leaveOut(series: Series): void {
    series.phase = 'idle'
    if (series.written > 0) {
      this.#rewriteLater()
      return
    }
    this.#series.delete(series.id)
    this.#dropped += 1
  }

  #fill(): void {
    while (this.#writing < WRITERS) {
      const series = this.#waiting.take()
      if (series === undefined) return
      void this.#run(series)
    }
  }

  async #run(series: Series): Promise<void> {
    series.phase = 'writing'
    this.#writing += 1
    const { occurrences } = series
    try {
      await this.#write(series, occurrences)
      series.written = occurrences.count
      this.#written += 1
    } catch (error) {
      this.#missed(error)
    }
    this.#writing -= 1
    if (this.#wroteAll(series)) this.#enqueue(series)
    else this.#fill()
    if (!this.#isIdle) return
    for (const resolve of this.#whenIdle.splice(0)) resolve()
  }

  /** Whether it has gone on while it was written. */
  #wroteAll(series: Series): boolean {
    const again = series.phase === 'again'
    series.phase = 'idle'
    return again
  }

  /** Nobody can read events in a namespace that is being deleted. */
  #missed(error: unknown): void {
    if (error instanceof ApiError && error.namespaceTerminating) return
    this.#failed += 1
    this.#options.onTrouble(error instanceof Error ? error : new Error(String(error)))
  }

  async #write(series: Series, occurrences: Occurrences): Promise<void> {
    const { api, reporter } = this.#options
    const { key, regarding, happening } = series
    if (series.written > 0) {
      try {
        await api.merge(events, key, seriesOf(occurrences))
        return
      } catch (error) {
        // The API server forgets events after an hour (--event-ttl).
        if (!(error instanceof ApiError && error.notFound)) throw error
      }
    }
    await api.create(events, eventFor(key, regarding, happening, reporter, occurrences))
  }
}

/** Mcrouters of a namespace belong together; all else is the operator's own. */
function flowOf({ kind, metadata }: KubeObject): string {
  return kind === KIND ? (metadata.namespace ?? OWN) : OWN
}
