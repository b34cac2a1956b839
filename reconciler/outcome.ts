/** How a reconcile of one key ended, and when to look again. */
export type Outcome =
  | { readonly kind: 'done' }
  /** Look again after this many milliseconds; not an error. */
  | {
      readonly kind: 'requeue'
      readonly afterMs: number
      /** It was too early to try anything: what the last try came to still counts for the queue's back-off. */
      readonly untried?: true
    }
  /** Try again with the queue's back-off, or after `withinMs` when that is sooner: what did not fail goes on. */
  | {
      readonly kind: 'retry'
      readonly error: Error
      readonly withinMs?: number
      /** The work was cut short because it took too long. */
      readonly timedOut?: true
    }
  /** Retrying cannot help until the object changes. */
  | { readonly kind: 'terminal'; readonly reason: string }
