import type { PoolConfig } from './pool.ts'
import type { NamedHandle, OperationSelector } from './route-handle.ts'

/** How requests for the keys of a pool are routed. */
export interface Route {
  /** What mcrouter's pools have to hold for it beside the pool as a whole, by name. */
  readonly pools: Readonly<Record<string, PoolConfig>>
  /** Each comes after those it refers to. */
  readonly handles: readonly NamedHandle[]
  readonly selector: OperationSelector
  /** By the place of the zone that a router is in, where that matters; in one that has none it is `selector`. */
  readonly selectors?: readonly OperationSelector[]
}
