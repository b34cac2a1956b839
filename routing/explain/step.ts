/** What becomes of a request: a server that is asked, or how and why it goes to several or to none. */
export type Step =
  | Server
  | Choice
  | Selected
  | InTurn
  | All
  | Any
  | WarmUp
  | Shadowed
  | Changed
  | Miss
  | Failure

export interface Server {
  readonly kind: 'server'
  /** `host:port` */
  readonly server: string
  readonly pool: string
}

/** A hash of the key decides. */
export interface Choice {
  readonly kind: 'hash'
  /** Such as `pool memcached`, or the name of the handle. */
  readonly among: string
  readonly function: string
  /** What is hashed: the key up to a hash stop, with a salt behind it. */
  readonly hashed: string
  readonly of: number
  readonly index: number
  /** How the function came to it, in words. */
  readonly arithmetic: string
  readonly next: Step
}

/** A policy for this operation, or for this beginning of a key. */
export interface Selected {
  readonly kind: 'policy'
  readonly by: 'operation' | 'prefix' | 'routing prefix'
  /** Undefined for the one of all others. */
  readonly name: string | undefined
  readonly next: Step
}

/** The first is asked; after an error, or also after a miss, the next. */
export interface InTurn {
  readonly kind: 'failover'
  readonly after: 'error' | 'miss'
  /** Seconds after which what those behind the first store expires. */
  readonly exptime?: number
  readonly steps: readonly Step[]
}

export interface All {
  readonly kind: 'all'
  /** Which of the replies is the answer. */
  readonly answer: 'worst' | 'fastest' | 'majority' | 'initial' | 'async'
  readonly steps: readonly Step[]
}

/** One of these, or several in turn, whichever the router likes: the key does not decide. */
export interface Any {
  readonly kind: 'any'
  readonly steps: readonly Step[]
}

/** What the warm one has and the cold one misses is copied to the cold one. */
export interface WarmUp {
  readonly kind: 'warm-up'
  readonly cold: Step
  readonly warm: Step
  /** Seconds after which the copy expires; 0: never. */
  readonly exptime: number
}

/** Sent elsewhere as well, whose replies nobody waits for. */
export interface Shadowed {
  readonly kind: 'shadowed'
  readonly next: Step
  readonly shadows: readonly Step[]
}

/** The request goes on otherwise than it came. */
export interface Changed {
  readonly kind: 'changed'
  /** The change in words. */
  readonly change: string
  readonly next: Step
}

/** Answered as if no server had the key. */
export interface Miss {
  readonly kind: 'miss'
}

export interface Failure {
  readonly kind: 'error'
  readonly message: string
}

export const MISS: Miss = { kind: 'miss' }
