import { routingKey } from '../hash/routing-key.ts'

/** What clients can ask of mcrouter; names as in mcrouter/lib/network/Memcache.idl. */
export const OPERATIONS = [
  ...(['get', 'gets', 'gat', 'gats', 'set', 'add', 'replace', 'append', 'prepend', 'cas'] as const),
  ...(['incr', 'decr', 'delete', 'touch', 'metaget', 'lease-get', 'lease-set'] as const),
]

export type ClientOperation = (typeof OPERATIONS)[number]

/** Route handles that one request may come through: of the largest pool each server three times, and some above. */
const MOST_HANDLES = 20_000

/** One operation on one key, on its way down the route handles. */
export interface Request extends RoutedKey {
  readonly operation: ClientOperation
  /** How many handles it is in. */
  readonly depth: number
  /** How many more handles it may enter: one counter for all branches. */
  readonly handles: { left: number }
}

export interface RoutedKey {
  /** `/region/cluster/`, or empty. */
  readonly prefix: string
  /** Without the prefix. */
  readonly key: string
}

export function requestFor(operation: ClientOperation, key: string): Request {
  return { operation, ...routed(key), depth: 0, handles: { left: MOST_HANDLES } }
}

/**
 * A key as a client sends it. What stands before the third slash of one that begins with a slash is a routing prefix
 * (mcrouter/lib/carbon/Keys.h).
 */
export function routed(key: string): RoutedKey {
  const second = key.startsWith('/') ? key.indexOf('/', 1) : -1
  const third = second === -1 ? -1 : key.indexOf('/', second + 1)
  return { prefix: key.slice(0, third + 1), key: key.slice(third + 1) }
}

/** The bytes that hash functions see. */
export function hashedBytes({ key }: Pick<Request, 'key'>, salt = ''): Buffer {
  return Buffer.from(routingKey(key) + salt)
}

/** As mcrouter groups operations (mcrouter/lib/network/gen/MemcacheRoutingGroups.h). */
export function isGetLike({ operation }: Pick<Request, 'operation'>): boolean {
  return GET_LIKE.has(operation)
}

const GET_LIKE = new Set<string>(['get', 'gets', 'gat', 'gats', 'lease-get', 'metaget'])
