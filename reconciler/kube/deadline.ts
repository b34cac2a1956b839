import type { Clock } from '../clock.ts'

/** A signal that fires when a time is over or when its parent fires, whichever is first. */
export class Deadline {
  readonly signal: AbortSignal
  readonly #parent: AbortSignal | undefined
  readonly #controller = new AbortController()
  readonly #follow = () => this.#controller.abort(this.#parent?.reason)
  readonly #cancel: () => void
  #expired = false

  /** `ms` in milliseconds. (AbortSignal.timeout knows only the real clock.) */
  constructor(clock: Clock, ms: number, parent?: AbortSignal) {
    this.signal = this.#controller.signal
    this.#parent = parent
    this.#cancel = clock.after(ms, () => {
      this.#expired = true
      this.#controller.abort()
    })
    if (parent?.aborted) this.#follow()
    parent?.addEventListener('abort', this.#follow, { once: true })
  }

  /** Whether it was the time that fired it. */
  get expired(): boolean {
    return this.#expired
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
}
