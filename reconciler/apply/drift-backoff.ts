import type { MonotonicMs } from '../../process/clock.ts'

/** So many corrections of one object in such a time are no accident: something else wants it otherwise. */
const CORRECTIONS = 5
const WITHIN_MS = 120_000
const FIRST_HOLD_MS = 15_000
const LONGEST_HOLD_MS = 600_000
/** Without a correction for so long, the fight is over. */
const PEACE_MS = 1_800_000

interface Corrections {
  readonly times: readonly number[]
  /** How often it was held off. */
  readonly holds: number
}

const NONE: Corrections = { times: [], holds: 0 }

/**
 * Objects of one Mcrouter that something else changes back each time. Two controllers that undo each other's writes as
 * fast as they can are a storm: after a few corrections this one waits, longer each time. Times are monotonic milliseconds.
 */
export class DriftBackoff {
  readonly #objects = new Map<string, Corrections>()

  /** For how many milliseconds no correction of the object should be made; 0 to go ahead. */
  holdOff(object: string, now: MonotonicMs): number {
    return this.#remaining(object, now, 1)
  }

  /**
   * For how many milliseconds it counts as fought over, unless it is corrected again: for twice as long as corrections are held
   * off, so that it does not seem to end whenever one is due. 0 when it does not.
   */
  fightMs(object: string, now: MonotonicMs): number {
    return this.#remaining(object, now, 2)
  }

  #remaining(object: string, now: MonotonicMs, times: number): number {
    const { times: corrections, holds } = this.#recent(object, now)
    const last = corrections.at(-1)
    if (holds === 0 || last === undefined) return 0
    return Math.max(0, last + times * Math.min(LONGEST_HOLD_MS, FIRST_HOLD_MS * 2 ** (holds - 1)) - now)
  }

  /** Notes a correction. */
  corrected(object: string, now: MonotonicMs): void {
    const { times, holds } = this.#recent(object, now)
    const latest = [...times.slice(1 - CORRECTIONS), now]
    const tooOften = latest.length === CORRECTIONS && now - (latest[0] ?? now) < WITHIN_MS
    this.#objects.set(object, { times: latest, holds: holds > 0 || tooOften ? holds + 1 : 0 })
  }

  #recent(object: string, now: MonotonicMs): Corrections {
    const known = this.#objects.get(object) ?? NONE
    return now - (known.times.at(-1) ?? now) < PEACE_MS ? known : NONE
  }
}
