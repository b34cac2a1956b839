import type { PoolConfig } from './pool.ts'
import type { NamedHandle, OperationSelector, PrefixSelector } from './route-handle.ts'

/** mcrouter's configuration: https://github.com/facebook/mcrouter/wiki/Config-Files */
export type McrouterConfig = OneRoute | RouteOfZone

interface Handles {
  readonly pools: Readonly<Record<string, PoolConfig>>
  /** In an order in which each comes after those it refers to. */
  readonly named_handles: readonly NamedHandle[]
}

interface OneRoute extends Handles {
  readonly route: Root
}

/** What routers do differs by the zone that they are in. */
interface RouteOfZone extends Handles {
  /** By the routing prefix that they are started with. */
  readonly routes: Readonly<Record<string, Root>>
}

/** Where a request begins. */
export type Root = OperationSelector | PrefixSelector
