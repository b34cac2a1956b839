import type { Clock } from '../../../process/clock.ts'

/** A signal that fires when a time is over or when its parent fires, whichever is first. */
export class Deadline {
  readonly signal: AbortSignal
  readonly #clock: Clock
  readonly #ms: number
  readonly #parent: AbortSignal | undefined
  readonly #controller = new AbortController()
  readonly #follow = () => this.#controller.abort(this.#parent?.reason)
  #cancel: () => void
  #expired = false

  /** `ms` in milliseconds. (AbortSignal.timeout knows only the real clock.) */
  constructor(clock: Clock, ms: number, parent?: AbortSignal) {
    this.signal = this.#controller.signal
    this.#clock = clock
    this.#ms = ms
    this.#parent = parent
    this.#cancel = this.#arm()
    if (parent?.aborted) this.#follow()
    parent?.addEventListener('abort', this.#follow, { once: true })
  }

  /** Whether it was the time that fired it. */
  get expired(): boolean {
    return this.#expired
  }

  /** Begins the time anew. */
  restart(): void {
    this.#cancel()
    this.#cancel = this.#arm()
  }

  /** Takes the limit off; the signal still follows its parent. */
  lift(): void {
    this.#cancel()
  }

  /** The end of it. Always call it: a parent that lives on would keep it in memory. */
  clear(): void {
    this.#cancel()
    this.#parent?.removeEventListener('abort', this.#follow)
  }

  #arm(): () => void {
    return this.#clock.after(this.#ms, () => {
      this.#expired = true
      this.#controller.abort()
    })
  }
}
