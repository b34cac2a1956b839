import type { PoolConfig } from './pool.ts'
import type { NamedHandle, OperationSelector, PrefixSelector } from './route-handle.ts'

/** mcrouter's configuration: https://github.com/facebook/mcrouter/wiki/Config-Files */
export interface McrouterConfig {
  readonly pools: Readonly<Record<string, PoolConfig>>
  /** In an order in which each comes after those it refers to. */
  readonly named_handles: readonly NamedHandle[]
  readonly route: OperationSelector | PrefixSelector
}
