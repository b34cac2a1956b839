import type { MonotonicMs } from '../../process/clock.ts'
import type { Problem } from '../reconcile-report.ts'

/** A pod is made, or started, within milliseconds; an event about one that is not may take a second. */
const SUSPICIOUS_MS = 2_000
/** While it lasts, it is asked why after half of the time that it has lasted, between these. */
const SOONEST_MS = 15_000
const LATEST_MS = 300_000

interface Trouble {
  readonly since: MonotonicMs
  readonly askedAt: MonotonicMs
  readonly problems: readonly Problem[]
}

/** Since when there is trouble whose reason is in events alone, and what they say, as far as that was asked. Times are monotonic milliseconds. */
export class Inquiry {
  /** Undefined while there is none. */
  #trouble: Trouble | undefined

  /** What the reason is, as far as is known. */
  get problems(): readonly Problem[] {
    return this.#trouble?.problems ?? []
  }

  /** The trouble is over. */
  clear(): void {
    this.#trouble = undefined
  }

  /** There is trouble. Milliseconds until it is time to ask why; 0 or less when it is due. */
  dueAfter(now: MonotonicMs): number {
    this.#trouble ??= { since: now, askedAt: now + SUSPICIOUS_MS - SOONEST_MS, problems: [] }
    const { since, askedAt } = this.#trouble
    return askedAt + pauseAfter(askedAt - since) - now
  }

  /** Notes the answer. Milliseconds until it is time to ask again. */
  answered(problems: readonly Problem[], now: MonotonicMs): number {
    const since = this.#trouble?.since ?? now
    this.#trouble = { since, askedAt: now, problems }
    return pauseAfter(now - since)
  }
}

function pauseAfter(lastedMs: number): number {
  return Math.min(LATEST_MS, Math.max(SOONEST_MS, lastedMs / 2))
}
