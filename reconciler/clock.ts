/** Time as the reconciler sees it. Passed in, so that a test can move its own. */
export interface Clock {
  /** Wall clock in milliseconds since the epoch. It may jump; only for times that are shown or written. */
  now(): number
  /** Milliseconds since an arbitrary start, never going back: for every duration and deadline. */
  monotonic(): number
  /** Calls back once after `ms` milliseconds (0 or more); the answer cancels it. */
  after(ms: number, callback: () => void): () => void
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(ms, callback) {
    const timer = setTimeout(callback, ms)
    return () => clearTimeout(timer)
  },
}

/** Resolves after `ms` milliseconds, or at once when the signal fires. Never rejects. */
export function sleep(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted) return Promise.resolve()
  return new Promise((resolve) => {
    const wake = () => {
      cancel()
      signal?.removeEventListener('abort', wake)
      resolve()
    }
    const cancel = clock.after(ms, wake)
    signal?.addEventListener('abort', wake, { once: true })
  })
}
