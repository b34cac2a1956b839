import type { PassiveClock } from '../../process/clock.ts'

/** Resolves after so many milliseconds; rejects with an AbortError when the signal aborts first. */
export type Sleep = (ms: number, signal: AbortSignal) => Promise<void>

/**
 * How a server leaves without losing a request. Readiness fails first, so that the endpoint goes away;
 * until every API server has noticed, requests still come in over connections that are open (for minutes,
 * kubernetes/kubernetes#127335), and each is answered with `Connection: close`.
 */
export class Drain {
  readonly #clock: PassiveClock
  readonly #sleep: Sleep
  #draining = false
  #lastRequest: number

  constructor(clock: PassiveClock, sleep: Sleep) {
    this.#clock = clock
    this.#sleep = sleep
    this.#lastRequest = clock.monotonic()
  }

  get draining(): boolean {
    return this.#draining
  }

  /** Counts for the quiet period; probes and scrapes never end and so must not. */
  requested(): void {
    this.#lastRequest = this.#clock.monotonic()
  }

  /**
   * Starts draining; resolves when nobody calls any more, or after `LONGEST_MS`.
   * @throws AbortError when the signal aborts first
   */
  async quiet(signal: AbortSignal): Promise<void> {
    this.#draining = true
    const begin = this.#clock.monotonic()
    for (;;) {
      const now = this.#clock.monotonic()
      const earliest = Math.max(begin + SHORTEST_MS, this.#lastRequest + QUIET_MS)
      const wait = Math.min(earliest, begin + LONGEST_MS) - now
      if (wait <= 0) return
      await this.#sleep(wait, signal)
    }
  }
}

/** Endpoints and the API servers' proxies need seconds to learn of a pod that is not ready any more. */
const SHORTEST_MS = 10_000
const QUIET_MS = 5_000
/** Below the 60 s of the pod's terminationGracePeriodSeconds, with time left to close. */
const LONGEST_MS = 45_000
