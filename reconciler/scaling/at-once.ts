import { exponential } from '../backoff.ts'

const FIRST_MS = 10
const LATEST_MS = 30_000

/**
 * When the next pass is due that a pass wants at once, since it has just written what tells this process nothing. The next
 * step of a scale is one or two passes away: where passes in a row want that and lead nowhere, they come later and later.
 */
export class AtOnce {
  #inRow = 0

  /** @param ms until the next pass, as this one wants it @returns milliseconds until it is due */
  after(ms: number): number {
    this.#inRow = ms <= 0 ? this.#inRow + 1 : 0
    return this.#inRow <= 1 ? ms : exponential(this.#inRow - 1, FIRST_MS, LATEST_MS)
  }
}
