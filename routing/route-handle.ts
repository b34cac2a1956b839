/** Requests go to its children, each a name or a short form `Type|rest`, in the way of its type. */
export interface CompositeHandle {
  readonly type: 'AllInitialRoute' | 'AllSyncRoute' | 'FailoverRoute' | 'HashRoute' | 'MissFailoverRoute'
  /** Handles after this one refer to it by name. */
  readonly name: string
  readonly children: readonly string[]
  /** Of a MissFailoverRoute. */
  readonly return_best_on_error?: true
}

/** Chooses by operation; what has no policy of its own takes the default. */
export interface OperationSelector {
  readonly type: 'OperationSelectorRoute'
  readonly default_policy: string
  readonly operation_policies: Readonly<Partial<Record<Operation, string>>>
}

/** Names as in mcrouter/lib/network/Memcache.idl. */
export type Operation =
  | 'add'
  | 'append'
  | 'cas'
  | 'decr'
  | 'gat'
  | 'gats'
  | 'get'
  | 'gets'
  | 'incr'
  | 'lease-get'
  | 'lease-set'
  | 'metaget'
  | 'prepend'

const NOT_IN_MEMCACHED = 'ErrorRoute|memcached has no leases and no metaget'

/**
 * Operations that mcrouter takes from clients and memcached does not know: forwarded, one of them makes mcrouter
 * declare a healthy server dead for everybody.
 */
export const REFUSED = {
  metaget: NOT_IN_MEMCACHED,
  'lease-get': NOT_IN_MEMCACHED,
  'lease-set': NOT_IN_MEMCACHED,
} as const satisfies Partial<Record<Operation, string>>
