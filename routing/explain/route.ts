import type { Request } from './request.ts'
import type { Step } from './step.ts'

/** A route handle that was not made before a request comes: a configuration has thousands, and a request sees a few. */
export type Route = (request: Request) => Step

/** Where what refers to other handles finds them. */
export interface Routes {
  /** What may be one handle, several or none: an object, a list, or a string that is a name, `Type` or `Type|rest`. */
  readonly list: (json: unknown) => readonly Route[]
  /** @throws {ConfigError} when it is not one */
  readonly one: (json: unknown) => Route
  readonly pool: (json: unknown) => Pool
}

export interface Pool {
  readonly name: string
  readonly servers: readonly Route[]
  /** How the pool wants its keys to be spread: weights and tags. */
  readonly hash: Readonly<Record<string, unknown>>
}
