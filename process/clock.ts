// A plain number may be either: what is computed from a time is a number again. Only to take one for the other does not compile.

/** Wall clock in milliseconds since 1970: for times that are shown or written. It may jump either way by any amount. */
export type EpochMs = number & { readonly clock?: 'epoch' }

/** Milliseconds since an arbitrary start: for every duration and deadline. Never jumps, stands still while the machine is suspended. */
export type MonotonicMs = number & { readonly clock?: 'monotonic' }

/** Time as it is passed in, so that a test can move its own. The names are those of k8s.io/utils/clock. */
export interface PassiveClock {
  now(): EpochMs
  monotonic(): MonotonicMs
}

export interface Clock extends PassiveClock {
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
