/** What becomes of a request on its way. */
export type Fault =
  /** The connection breaks before the API server hears of it. */
  | { readonly kind: 'reset' }
  /** The API server does it, and the connection breaks before the answer. */
  | { readonly kind: 'unanswered' }
  /** Nothing comes back, and the connection stays open. */
  | { readonly kind: 'silent' }
  /** Answered here, with a Status of that code. */
  | {
      readonly kind: 'status'
      readonly status: number
      readonly reason: string
      readonly retryAfter?: string
    }
  /** The body comes in pieces of so many bytes, one every so many milliseconds. */
  | { readonly kind: 'slow'; readonly bytes: number; readonly everyMs: number }
  /** The body ends after so many bytes, and the connection with it. */
  | { readonly kind: 'cut'; readonly bytes: number }
  /** Sent before the body. */
  | { readonly kind: 'prefix'; readonly text: string }
  /** The body that the same request had the first time, again. */
  | { readonly kind: 'stale' }

export interface Asked {
  /** Milliseconds, of performance.now(). */
  readonly at: number
  readonly method: string
  /** With the query. */
  readonly url: string
  readonly isWatch: boolean
}
