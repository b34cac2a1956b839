/** The objects of one Mcrouter that have been as desired: who changes one of them from then on is somebody else. */
export class AppliedObjects {
  #desire = ''
  readonly #names = new Set<string>()

  /** Forgets all when something else is desired. @param desire hash of all that is desired */
  under(desire: string): void {
    if (desire !== this.#desire) this.#names.clear()
    this.#desire = desire
  }

  add(name: string): void {
    this.#names.add(name)
  }

  has(name: string): boolean {
    return this.#names.has(name)
  }
}
