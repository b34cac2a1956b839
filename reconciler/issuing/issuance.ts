import type { EpochMs, MonotonicMs } from '../../process/clock.ts'
import type { Problem } from '../reconcile-report.ts'

/** Nobody tells of a Secret that is not watched. A third of a certificate's life is left when it is renewed. */
const EVERY_MS = 3_600_000
/** Whoever is in the way is waited for. */
const REFUSED_MS = 30_000
/** Pods wait for it. */
const MISSED_MS = 10_000

interface Look {
  readonly at: MonotonicMs
  /** Of what it was for. */
  readonly fingerprint: string
  readonly problems: readonly Problem[]
}

/** When the Secret that the operator issues for one Mcrouter was last looked after, and what came of it. Times are monotonic milliseconds. */
export class Issuance {
  #last: Look | undefined
  #notAfter: EpochMs | undefined

  /** When the certificate in it ends; undefined unless it is known to be there, and ours. */
  get notAfter(): EpochMs | undefined {
    return this.#notAfter
  }

  get problems(): readonly Problem[] {
    return this.#last?.problems ?? []
  }

  /**
   * Milliseconds until it is time to look again; 0 or less when it is due.
   *
   * @param fingerprint of what it is for
   * @param isMissed whether a pod waits for a Secret
   */
  dueAfter(now: MonotonicMs, fingerprint: string, isMissed: boolean): number {
    if (this.#last === undefined || this.#last.fingerprint !== fingerprint) return 0
    const refused = this.problems.length > 0 ? REFUSED_MS : EVERY_MS
    return this.#last.at + Math.min(refused, isMissed ? MISSED_MS : EVERY_MS) - now
  }

  /** It is there and ours. */
  kept(at: MonotonicMs, fingerprint: string, notAfter: EpochMs): void {
    this.#last = { at, fingerprint, problems: [] }
    this.#notAfter = notAfter
  }

  /** It is not ours, or must not be made. */
  refused(at: MonotonicMs, fingerprint: string, problem: Problem): void {
    this.unanswered(at, fingerprint, problem)
    this.#notAfter = undefined
  }

  /** Nothing was learnt of it. */
  unanswered(at: MonotonicMs, fingerprint: string, problem: Problem): void {
    this.#last = { at, fingerprint, problems: [problem] }
  }

  /** It is no longer wanted. */
  forget(): void {
    this.#last = undefined
    this.#notAfter = undefined
  }
}
