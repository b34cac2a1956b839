import { GiveUpError } from '../give-up.ts'

/** What keys may take, over all tables: bytes that are taken and not given back. */
export class KeyMemory {
  readonly #limit: number
  #taken = 0

  /** @param limit bytes */
  constructor(limit: number) {
    this.#limit = limit
  }

  get taken(): number {
    return this.#taken
  }

  /** @throws {GiveUpError} beyond the limit; nothing is taken then */
  take(bytes: number): void {
    if (this.#taken + bytes > this.#limit) {
      const mib = Math.round(this.#limit / 1024 / 1024)
      throw new GiveUpError(
        'TooManyKeys',
        `the keys that move need more than the ${mib} MiB of --key-memory, about 100 bytes a key`,
      )
    }
    this.#taken += bytes
  }

  give(bytes: number): void {
    this.#taken -= bytes
  }
}
