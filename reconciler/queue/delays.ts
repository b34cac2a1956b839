import type { Clock } from '../../process/clock.ts'

/** One timer for each key. Of several times for the same key the earliest counts. */
export class Delays {
  readonly #clock: Clock
  readonly #timers = new Map<string, { readonly dueAt: number; readonly cancel: () => void }>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Calls back once after `ms` milliseconds, unless this key is due earlier or is cancelled before. */
  set(key: string, ms: number, due: () => void): void {
    const dueAt = this.#clock.monotonic() + ms
    const known = this.#timers.get(key)
    if (known && known.dueAt <= dueAt) return
    known?.cancel()
    const cancel = this.#clock.after(ms, () => {
      this.#timers.delete(key)
      due()
    })
    this.#timers.set(key, { dueAt, cancel })
  }

  cancel(key: string): void {
    this.#timers.get(key)?.cancel()
    this.#timers.delete(key)
  }

  clear(): void {
    for (const timer of this.#timers.values()) timer.cancel()
    this.#timers.clear()
  }
}
