import assert from 'node:assert/strict'
import { ch3 } from '../../routing/hash/ch3.ts'
import { routingKey } from '../../routing/hash/routing-key.ts'
import { isJsonObject, type JsonObject } from '../../schemas/json.ts'

// What a configuration means, whatever its handles and pools are called: a tree of route handles for each operation. Only what
// golden configurations and ours use is understood; anything else is thrown at.

export const OPERATIONS = [
  'get',
  'gets',
  'gat',
  'gats',
  'set',
  'add',
  'replace',
  'append',
  'prepend',
  'cas',
  'incr',
  'decr',
  'delete',
  'touch',
  'metaget',
  'lease-get',
  'lease-set',
] as const

export type ByOperation = Readonly<Record<string, Meaning>>

/** A server with its timeouts, or a route handle over others. */
export type Meaning = string | Handle
export interface Handle {
  readonly type: string
  readonly children: readonly Meaning[]
  /** Salt, time or text. */
  readonly with?: unknown
}

/** Sends to all children at once, in whatever order. */
const UNORDERED = new Set(['AllSyncRoute', 'AllMajorityRoute', 'AllFastestRoute'])
const KNOWN = new Set([...UNORDERED, 'AllInitialRoute', 'FailoverRoute', 'HashRoute', 'MissFailoverRoute'])

/** By prefix, `` for the keys of none, and by operation. */
export function meaningOf(config: unknown): Readonly<Record<string, ByOperation>> {
  const reader = new Reader(record(config))
  const { route } = record(config)
  if (!isJsonObject(route) || route.type !== 'PrefixSelectorRoute') return { '': reader.operations(route) }
  const prefixes = Object.entries(record(route.policies)).map(([prefix, policy]) => [
    prefix,
    reader.operations(policy),
  ])
  return { ...Object.fromEntries(prefixes), '': reader.operations(route.wildcard) }
}

/** Without the choices by key. */
export function meaningFor(key: string, meaning: Meaning): Meaning {
  if (typeof meaning === 'string') return meaning
  if (meaning.type !== 'HashRoute') {
    return { ...meaning, children: meaning.children.map((child) => meaningFor(key, child)) }
  }
  const salt = typeof meaning.with === 'string' ? meaning.with : ''
  const index = ch3(Buffer.from(routingKey(key) + salt), meaning.children.length)
  return meaningFor(key, meaning.children[index] ?? '')
}

/** Servers, as often as a request reaches them when all of them are asked. */
export function destinations(meaning: Meaning): string[] {
  return typeof meaning === 'string' ? [meaning] : meaning.children.flatMap(destinations)
}

class Reader {
  readonly #pools: JsonObject
  readonly #named: ReadonlyMap<unknown, JsonObject>

  constructor({ pools, named_handles: handles }: JsonObject) {
    this.#pools = record(pools)
    this.#named = new Map(list(handles).map((handle) => [record(handle).name, record(handle)]))
  }

  operations(route: unknown): ByOperation {
    if (isJsonObject(route) && route.type === 'HashRoute') return this.#byKey(route)
    const { default_policy, operation_policies } = this.#selector(route)
    const policies = record(operation_policies ?? {})
    return Object.fromEntries(
      OPERATIONS.map((operation) => {
        const policy = policies[operation] ?? default_policy
        return [operation, seenBy(operation, only(this.#all(policy)))]
      }),
    )
  }

  /** Of a route that asks for the key before it asks for the operation. */
  #byKey({ children, salt }: JsonObject): ByOperation {
    const each = list(children).map((child) => this.operations(child))
    return Object.fromEntries(
      OPERATIONS.map((operation) => [
        operation,
        made(
          'HashRoute',
          each.map((one) => one[operation] ?? ''),
          salt,
        ),
      ]),
    )
  }

  #selector(route: unknown): JsonObject {
    const named = this.#named.get(route) ?? route
    return isJsonObject(named) && named.type === 'OperationSelectorRoute' ? named : { default_policy: route }
  }

  #all(route: unknown): Meaning[] {
    if (Array.isArray(route)) return route.flatMap((one) => this.#all(one))
    if (typeof route !== 'string') return [this.#handle(record(route))]
    const named = this.#named.get(route)
    if (named !== undefined) return [this.#handle(named)]
    const [type = '', rest] = route.split(/\|(.*)/)
    if (type === 'Pool') return this.#servers(rest)
    if (type === 'PoolRoute') return [made('HashRoute', this.#servers(rest))]
    if (type === 'ErrorRoute' || type === 'NullRoute') return [{ type, children: [], with: rest }]
    return [this.#handle({ type, children: rest })]
  }

  #handle({ type, ...handle }: JsonObject): Meaning {
    const two = (first: unknown, second: unknown) => [...this.#all(first), ...this.#all(second)]
    if (type === 'WarmUpRoute') return { type, children: two(handle.cold, handle.warm), with: handle.exptime }
    if (type === 'FailoverWithExptimeRoute')
      return { type, children: two(handle.normal, handle.failover), with: handle.failover_exptime }
    assert(typeof type === 'string' && KNOWN.has(type), String(type))
    return made(type, this.#all(handle.children), handle.salt)
  }

  #servers(pool = ''): string[] {
    const { inherit, servers, ...own } = record(this.#pools[pool])
    const inherited = typeof inherit === 'string' ? record(this.#pools[inherit]) : {}
    const { server_timeout, connect_timeout } = { ...inherited, ...own }
    return list(servers).map((server) => `${server} ${server_timeout}/${connect_timeout ?? ''}`)
  }
}

/** mcrouter leaves out a handle over a single child. */
function made(type: string, children: readonly Meaning[], salt?: unknown): Meaning {
  const [first, ...others] = children
  if (first !== undefined && others.length === 0) return first
  const sorted = UNORDERED.has(type) ? inOrder(children) : children
  if (type === 'AllInitialRoute' && first !== undefined)
    return { type, children: [first, ...inOrder(others)] }
  // Whichever is chosen, the same is done.
  if (type === 'HashRoute' && new Set(children.map(text)).size === 1 && first !== undefined) return first
  return { type, children: sorted, ...(salt !== undefined && { with: salt }) }
}

/** Of handles that take some operations only, what the others find. */
function seenBy(operation: string, meaning: Meaning): Meaning {
  if (typeof meaning === 'string') return meaning
  const { type, children } = meaning
  const [first = ''] = children
  const passes = type === 'WarmUpRoute' && !['get', 'gets', 'metaget', 'lease-get'].includes(operation)
  if (passes) return seenBy(operation, first)
  return { ...meaning, children: children.map((child) => seenBy(operation, child)) }
}

function only(meanings: readonly Meaning[]): Meaning {
  const [first, ...others] = meanings
  assert(first !== undefined && others.length === 0, `${meanings.length} handles where there has to be one`)
  return first
}

function inOrder(meanings: readonly Meaning[]): Meaning[] {
  return meanings.toSorted((one, other) => (text(one) < text(other) ? -1 : 1))
}

function text(meaning: Meaning): string {
  return JSON.stringify(meaning)
}

function record(value: unknown): JsonObject {
  assert(isJsonObject(value), JSON.stringify(value))
  return value
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}
