import type { MonotonicMs } from '../process/clock.ts'
import { ApiError, isUnconverted } from './kube/connection/errors.ts'

/** How long nothing is tried after a conversion has failed. */
const PAUSE_MS = 5_000

/**
 * Whether the API server converts, as far as writes in another version than the stored one show. A webhook that does not answer keeps
 * each of them for as long as it is waited for, and with it a worker, of which all Mcrouters share a few: while it fails, one at a
 * time tries.
 */
export class ConversionOutage {
  #fails = false
  #trying = false
  #pauseUntil: MonotonicMs = Number.NEGATIVE_INFINITY

  /** Makes a write that takes a conversion. Rejects with an ApiError, without making it where another has just failed for want of one. */
  async through<T>(write: () => Promise<T>, monotonic: () => MonotonicMs): Promise<T> {
    if (this.#fails && (this.#trying || monotonic() < this.#pauseUntil)) throw notTried()
    const isTrial = this.#fails
    if (isTrial) this.#trying = true
    try {
      const written = await write()
      this.#fails = false
      return written
    } catch (error) {
      if (isAnswer(error)) this.#fails = mayBeUnconverted(error)
      if (this.#fails) this.#pauseUntil = monotonic() + PAUSE_MS
      throw error
    } finally {
      if (isTrial) this.#trying = false
    }
  }
}

/** What says nothing of conversions: the process is at its end, or the API server itself is away. */
function isAnswer(error: unknown): error is ApiError {
  return error instanceof ApiError && (error.status > 0 || error.reason === 'Timeout')
}

function mayBeUnconverted(error: ApiError): boolean {
  return error.reason === 'Timeout' || isUnconverted(error.message)
}

function notTried(): ApiError {
  const message =
    'not tried: the last write in this version failed for want of a conversion; see whether the server of the operator answers'
  return new ApiError(message, { status: 0, reason: 'Unconverted' })
}
