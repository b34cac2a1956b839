/** What routes requests. Others refer to it by its name, and come after it. */
export type NamedHandle = CompositeHandle | GutterHandle | WarmUpHandle | NamedSelector

/** Requests go to its children, each a name or a short form `Type|rest`, in the way of its type. */
export interface CompositeHandle {
  readonly type:
    | 'AllFastestRoute'
    | 'AllInitialRoute'
    | 'AllMajorityRoute'
    | 'AllSyncRoute'
    | 'FailoverRoute'
    | 'HashRoute'
    | 'MissFailoverRoute'
  readonly name: string
  readonly children: readonly string[]
  /** Of a HashRoute: goes into the hash after the key. */
  readonly salt?: string
  /** Of a MissFailoverRoute. */
  readonly return_best_on_error?: true
}

/** What `normal` does not answer goes to `failover`, and what is stored there lives so many seconds at most. */
export interface GutterHandle {
  readonly type: 'FailoverWithExptimeRoute'
  readonly name: string
  readonly normal: string
  readonly failover: string
  readonly failover_exptime: number
}

/** A get that misses `cold` is answered by `warm`, and what is found there is added to `cold` for so many seconds. */
export interface WarmUpHandle {
  readonly type: 'WarmUpRoute'
  readonly name: string
  readonly cold: string
  readonly warm: string
  readonly exptime: number
}

/** Chooses by operation; what has no policy of its own takes the default. */
export interface OperationSelector {
  readonly type: 'OperationSelectorRoute'
  readonly default_policy: string
  readonly operation_policies: Policies
}

export interface NamedSelector extends OperationSelector {
  readonly name: string
}

/** Chooses by what a key begins with, the longest first. mcrouter knows it as the outermost route only. */
export interface PrefixSelector {
  readonly type: 'PrefixSelectorRoute'
  readonly policies: Readonly<Record<string, string>>
  readonly wildcard: OperationSelector
}

export type Policies = Readonly<Partial<Record<Operation, string>>>

/** Names as in mcrouter/lib/network/Memcache.idl. */
export type Operation =
  | 'add'
  | 'append'
  | 'cas'
  | 'decr'
  | 'delete'
  | 'gat'
  | 'gats'
  | 'get'
  | 'gets'
  | 'incr'
  | 'lease-get'
  | 'lease-set'
  | 'metaget'
  | 'prepend'
  | 'replace'
  | 'set'
  | 'touch'

const NOT_IN_MEMCACHED = 'ErrorRoute|memcached has no leases and no metaget'

/**
 * Operations that mcrouter takes from clients and memcached does not know: forwarded, one of them makes mcrouter
 * declare a healthy server dead for everybody.
 */
export const REFUSED = {
  metaget: NOT_IN_MEMCACHED,
  'lease-get': NOT_IN_MEMCACHED,
  'lease-set': NOT_IN_MEMCACHED,
} as const satisfies Policies

/** Chooses among its children by the key. */
export function hashRoute(name: string, children: readonly string[], salt?: string): CompositeHandle {
  return { type: 'HashRoute', name, children, ...(salt !== undefined && { salt }) }
}
