import type { MonotonicMs } from '../../process/clock.ts'
import type { Problem } from '../reconcile-report.ts'

/** A pod is made within milliseconds; the controller's event about one that is refused may take a second. */
const SUSPICIOUS_MS = 2_000
/** While they are missing, it is asked why after half of the time that they have been, between these. */
const SOONEST_MS = 15_000
const LATEST_MS = 300_000

interface Missing {
  readonly since: MonotonicMs
  readonly askedAt: MonotonicMs
  readonly problems: readonly Problem[]
}

/** Since when pods of StatefulSets are missing, and why, as far as that was asked. Times are monotonic milliseconds. */
export class MissingPods {
  /** Undefined while none is missing. */
  #missing: Missing | undefined

  /** Why they are missing, as far as is known. */
  get problems(): readonly Problem[] {
    return this.#missing?.problems ?? []
  }

  /** None is missing any more. */
  clear(): void {
    this.#missing = undefined
  }

  /** Some are missing. Milliseconds until it is time to ask why; 0 or less when it is due. */
  dueAfter(now: MonotonicMs): number {
    this.#missing ??= { since: now, askedAt: now + SUSPICIOUS_MS - SOONEST_MS, problems: [] }
    const { since, askedAt } = this.#missing
    return askedAt + pauseAfter(askedAt - since) - now
  }

  /** Notes the answer. Milliseconds until it is time to ask again. */
  answered(problems: readonly Problem[], now: MonotonicMs): number {
    const since = this.#missing?.since ?? now
    this.#missing = { since, askedAt: now, problems }
    return pauseAfter(now - since)
  }
}

function pauseAfter(missingMs: number): number {
  return Math.min(LATEST_MS, Math.max(SOONEST_MS, missingMs / 2))
}
