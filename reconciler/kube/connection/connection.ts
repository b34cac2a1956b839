import type { Clock } from '../../../process/clock.ts'
import { type Credentials, type Identity, sameTls } from './credentials.ts'
import { Transport } from './transport.ts'

export interface Connected {
  readonly identity: Identity
  readonly transport: Transport
}

// client-go reads token files again every minute (transport/token_source.go).
const REREAD_MS = 60_000
// However often they are refused, credentials are not read more often than this.
const REFUSED_MS = 1_000
// A watch lasts 10 minutes at most: after that nothing uses the connections made with an older certificate.
const RETIRE_MS = 15 * 60_000

/** The way to the API server with the credentials of the moment; a changed CA or certificate opens a new one. */
export class Connection {
  readonly #credentials: Credentials
  readonly #clock: Clock
  #current: Connected | undefined
  #readAt = 0
  /** Why they could not be read the last time. */
  #complaint: unknown
  #reading: Promise<Connected> | undefined
  readonly #retired = new Map<Transport, () => void>()

  constructor(credentials: Credentials, clock: Clock) {
    this.#credentials = credentials
    this.#clock = clock
  }

  /**
   * @param refused whether the server refused the last credentials
   * @throws ApiError with reason Credentials, when there are none and never were, or the server refuses what there was
   */
  async get(refused: boolean): Promise<Connected> {
    const age = this.#clock.monotonic() - this.#readAt
    if (this.#current && age < (refused ? REFUSED_MS : REREAD_MS)) {
      if (refused && this.#complaint !== undefined) throw this.#complaint
      return this.#current
    }
    this.#reading ??= this.#read(refused).finally(() => {
      this.#reading = undefined
    })
    return await this.#reading
  }

  close(): void {
    this.#current?.transport.close()
    for (const [transport, cancel] of this.#retired) {
      cancel()
      transport.close()
    }
    this.#retired.clear()
  }

  async #read(refused: boolean): Promise<Connected> {
    const before = this.#current
    let identity: Identity
    try {
      identity = await this.#credentials.read(refused)
    } catch (error) {
      this.#readAt = this.#clock.monotonic()
      this.#complaint = error
      // A file that is being replaced may be missing for a moment: the last good credentials are used meanwhile. Once these
      // are refused, the error from reading (such as an expired login) says more than the refusal.
      if (before === undefined || refused) throw error
      return before
    }
    this.#readAt = this.#clock.monotonic()
    this.#complaint = undefined
    this.#current = { identity, transport: this.#transportFor(identity) }
    return this.#current
  }

  #transportFor(identity: Identity): Transport {
    const before = this.#current
    if (
      before &&
      before.identity.server.href === identity.server.href &&
      sameTls(before.identity.tls, identity.tls)
    ) {
      return before.transport
    }
    if (before) this.#retire(before.transport)
    return new Transport(identity.server, identity.tls)
  }

  #retire(transport: Transport): void {
    const cancel = this.#clock.after(RETIRE_MS, () => {
      this.#retired.delete(transport)
      transport.close()
    })
    this.#retired.set(transport, cancel)
  }
}
