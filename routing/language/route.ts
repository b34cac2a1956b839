import type { JsonObject } from '../../schemas/json.ts'

/** Route handles where a list of them may stand. */
export interface Handles {
  /** How many mcrouter makes of it: a pool counts as many as it has servers. Undefined where that cannot be said. */
  readonly count: number | undefined
  /** Handles below one another, servers included. */
  readonly depth: number
  /** The servers of a pool are one of these. */
  readonly routes: readonly Route[]
}

/** A route handle that has been read, and what it leads to. */
export interface Route {
  readonly type: string
  /** By option, such as `children` and `operation_policies.get`. */
  readonly parts: ReadonlyMap<string, Handles>
  readonly pool: Pool | undefined
}

export interface Pool {
  readonly name: string
  /** Servers; undefined where they could not be counted. */
  readonly size: number | undefined
  /** Empty for one of the operator's. */
  readonly options: JsonObject
  /** Whether the operator fills it in, and may change its size. */
  readonly operated: boolean
}
