import { type Clock, type MonotonicMs, sleep } from '../../../process/clock.ts'
import type { KubeApi, ObjectKey } from '../api.ts'
import type { Rewind } from '../cache/version.ts'
import { Deadline } from '../connection/deadline.ts'
import { Lease } from './lease.ts'

/** All in milliseconds; renew < lease, or two could lead at once. */
export interface LeaseTiming {
  /** The others wait so long after the last renewal they saw; whole seconds. */
  readonly leaseMs: number
  /** Who could not renew for so long steps down. */
  readonly renewMs: number
  /** Between two attempts. */
  readonly retryMs: number
}

/** As in controller-runtime (pkg/manager/internal.go). */
const LEASE_TIMING: LeaseTiming = { leaseMs: 15_000, renewMs: 10_000, retryMs: 2_000 }

export interface ElectorOptions {
  readonly api: KubeApi
  readonly lease: Required<ObjectKey>
  /** Of this process, and of no other that ever was: host name and a random part. */
  readonly identity: string
  readonly timing?: LeaseTiming
  readonly clock: Clock
  /** 0 ≤ n < 1 */
  readonly random: () => number
  /** Told of each attempt that failed, after which the elector goes on by itself, and of why the lead was lost. */
  readonly onTrouble: (error: Error) => void
  /** Told when the lease is older than it was before: all who wait or lead look at it every few seconds. */
  readonly onRewind?: (rewind: Rewind) => void
}

/**
 * - `stopped`: the signal fired before this process led
 * - `released`: the work ended by itself, and the lease was given back
 * - `lost`: the lease could not be renewed in time, or another holds it; this process must not go on
 */
export type ElectionEnd = 'stopped' | 'released' | 'lost'

// client-go's JitterFactor (leaderelection.go): those who wait do not all ask at the same time.
const JITTER = 1.2

/** Leader election: who holds the Lease leads. */
export class Elector {
  readonly #options: ElectorOptions
  readonly #timing: LeaseTiming
  readonly #clock: Clock
  readonly #lease: Lease

  constructor(options: ElectorOptions) {
    const { api, lease: key, identity, clock, onRewind, timing = LEASE_TIMING } = options
    this.#options = options
    this.#timing = timing
    this.#clock = clock
    this.#lease = new Lease({ api, key, identity, durationSeconds: timing.leaseMs / 1000, clock, onRewind })
  }

  /** Who leads as far as was seen; empty when nobody does. */
  get holder(): string {
    return this.#lease.holder
  }

  /**
   * Waits until this process leads, runs `work`, and renews the lease until that ends. The signal given to `work` fires
   * when leadership is lost: from then on nothing may be written. `stop` ends the waiting only; `work` has to know it
   * too, and finishes in order while the lease is still renewed.
   *
   * @throws what `work` throws, after the lease is given back
   */
  async run(work: (lost: AbortSignal) => Promise<void>, stop: AbortSignal): Promise<ElectionEnd> {
    while (!stop.aborted) {
      const sentAt = this.#clock.monotonic()
      // Not cut by `stop`: an attempt that the server carried out unseen would block the others for the whole lease.
      if (await this.#attempt()) {
        if (!stop.aborted) return await this.#lead(work, sentAt)
        await this.#release()
        return 'stopped'
      }
      await sleep(this.#clock, this.#timing.retryMs * (1 + JITTER * this.#options.random()), stop)
    }
    return 'stopped'
  }

  async #lead(work: (lost: AbortSignal) => Promise<void>, sentAt: MonotonicMs): Promise<ElectionEnd> {
    const lost = new AbortController()
    const finished = new AbortController()
    const renewing = this.#renew(sentAt, lost, finished.signal)
    try {
      await work(lost.signal)
    } finally {
      finished.abort()
      await renewing
      if (!lost.signal.aborted) await this.#release()
    }
    return lost.signal.aborted ? 'lost' : 'released'
  }

  /** Renews until `finished` fires, or fires `lost` when that fails for too long. */
  async #renew(sentAt: MonotonicMs, lost: AbortController, finished: AbortSignal): Promise<void> {
    const over = AbortSignal.any([lost.signal, finished])
    let disarm = this.#arm(sentAt, lost)
    while (!over.aborted) {
      await sleep(this.#clock, this.#timing.retryMs, over)
      if (over.aborted) break
      const nextSentAt = this.#clock.monotonic()
      if (await this.#attempt(over)) {
        disarm()
        disarm = this.#arm(nextSentAt, lost)
      } else if (this.holder !== '' && !this.#lease.isOurs) {
        this.#lose(lost, `${this.holder} leads now`)
      }
    }
    disarm()
  }

  /** Counted from when a renewal was sent: nobody can have seen it, and begun to count, before that. */
  #arm(sentAt: MonotonicMs, lost: AbortController): () => void {
    const { renewMs } = this.#timing
    const left = sentAt + renewMs - this.#clock.monotonic()
    return this.#clock.after(Math.max(0, left), () =>
      this.#lose(lost, `the lease could not be renewed for ${renewMs / 1000} s`),
    )
  }

  /** Told here, because attempts that were merely slow have told nothing. */
  #lose(lost: AbortController, why: string): void {
    const error = new Error(why)
    if (!lost.signal.aborted) this.#report(error)
    lost.abort(error)
  }

  /** Whether we hold the lease after it. Half the renew deadline, as in controller-runtime, so that a second one fits. */
  async #attempt(signal?: AbortSignal): Promise<boolean> {
    const limit = new Deadline(this.#clock, this.#timing.renewMs / 2, signal)
    try {
      return await this.#lease.hold(limit.signal)
    } catch (error) {
      if (!signal?.aborted) this.#report(error)
      return false
    } finally {
      limit.clear()
    }
  }

  async #release(): Promise<void> {
    const limit = new Deadline(this.#clock, this.#timing.renewMs)
    try {
      await this.#lease.release(limit.signal)
    } catch (error) {
      this.#report(error)
    } finally {
      limit.clear()
    }
  }

  #report(error: unknown): void {
    this.#options.onTrouble(error instanceof Error ? error : new Error(String(error)))
  }
}
