import { ApiError } from '../connection/errors.ts'
import { isOlder, type Rewind } from './version.ts'

// An etcd restored from a backup counts on from a lower resourceVersion. An API server that lags behind looks the same: it
// gets this many lists to catch up before a restore is assumed.
const STALE_LISTS = 5

/** The newest resourceVersion seen of a collection, and whether the API server may have gone back behind it. */
export class History {
  readonly #plural: string
  /** The newest list or event ever seen. */
  #newest: string | undefined
  #staleLists = 0
  #doubtful = false
  #rewound = false

  constructor(plural: string) {
    this.#plural = plural
  }

  /** Whether what was seen may have been undone by a restore: then the next list is believed, however old it looks. */
  get doubtful(): boolean {
    return this.#doubtful
  }

  /** Whether the next list follows a restore, so that an equal resourceVersion may stand for another state. */
  get rewound(): boolean {
    return this.#rewound
  }

  /** A watch was silent for too long. */
  doubt(): void {
    this.#doubtful = true
  }

  /** It is known that the API server went back in time. */
  forget(): void {
    this.#doubtful = true
    this.#rewound = true
    this.#newest = undefined
  }

  /** An event or a bookmark. */
  seen(resourceVersion: string): void {
    this.#newest = resourceVersion
  }

  /** A list is complete. */
  listed(resourceVersion: string): void {
    this.#newest = resourceVersion
    this.#staleLists = 0
    this.#doubtful = false
    this.#rewound = false
  }

  /**
   * Judges the resourceVersion of a list that begins; undefined when it goes on from what was seen.
   *
   * @throws ApiError with reason Stale: an API server that lags behind the others must not take us back in time
   */
  compare(to: string): Rewind | undefined {
    const from = this.#newest
    if (from === undefined || !isOlder(to, from)) return undefined
    if (!this.#doubtful && this.#staleLists < STALE_LISTS) {
      this.#staleLists += 1
      const what = `resourceVersion ${to} is older than ${from}, which was seen before`
      throw new ApiError(`LIST ${this.#plural}: ${what}`, { status: 0, reason: 'Stale' })
    }
    this.forget()
    return { from, to }
  }
}
