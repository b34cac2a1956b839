/** Why keys cannot be copied: the resize then goes on as it would without a copy. docs/adr/0052-copier.md says what each means. */
export type GiveUpCode =
  | 'DumpRefused'
  | 'CrawlerBusy'
  | 'CasDisabled'
  | 'TooManyKeys'
  | 'TooSlow'
  | 'ServerRestarted'
  | 'ServerUnreachable'

/** What no further try mends. The message says of which server, and what to do. */
export class GiveUpError extends Error {
  override readonly name = 'GiveUpError'
  readonly code: GiveUpCode

  constructor(code: GiveUpCode, message: string) {
    super(message)
    this.code = code
  }
}

/** A server did not answer, or not as memcached does: a later try may succeed. */
export class ServerError extends Error {
  override readonly name = 'ServerError'
}
