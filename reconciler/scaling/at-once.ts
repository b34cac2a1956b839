import { exponential } from '../backoff.ts'

const FIRST_MS = 10
const LATEST_MS = 30_000

/**
 * Backs off immediate requeues. A reconcile asks for one after a write of which no watch event will tell this process. The
 * next step of a scale is one or two reconciles away: when more in a row ask for it, each waits longer.
 */
export class AtOnce {
  #inRow = 0

  /** @param ms until the next pass, as this one wants it @returns milliseconds until it is due */
  after(ms: number): number {
    this.#inRow = ms <= 0 ? this.#inRow + 1 : 0
    return this.#inRow <= 1 ? ms : exponential(this.#inRow - 1, FIRST_MS, LATEST_MS)
  }
}
