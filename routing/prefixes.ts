import type { Prefix } from '../schemas/mcrouter.ts'
import { literal } from './literal.ts'
import { handleName } from './pool.ts'
import type { Route } from './route.ts'
import type { NamedSelector, OperationSelector, PrefixSelector } from './route-handle.ts'

/** Members of an object that mean something to mcrouter's preprocessor before it has read their names: escaped, they do not. */
const RESERVED = new Set(['type', 'vars'])

/**
 * Chooses a pool by what the key begins with. mcrouter asks for the longest.
 *
 * @param routes by pool; the keys of a prefix whose pool has none are where those of no prefix are
 */
export function byPrefix(
  prefixes: readonly Prefix[],
  main: Route,
  routes: ReadonlyMap<string, Route>,
): { readonly root: OperationSelector | PrefixSelector; readonly selectors: readonly NamedSelector[] } {
  const chosen = prefixes.filter(({ pool }) => routes.has(pool))
  if (chosen.length === 0) return { root: main.selector, selectors: [] }
  const pools = new Set(chosen.map(({ pool }) => pool))
  const selectors = [...pools].flatMap((pool) => named(pool, routes.get(pool)))
  const policies = chosen.map(({ prefix, pool }) => [prefixKey(prefix), selectorName(pool)] as const)
  const root = {
    type: 'PrefixSelectorRoute',
    policies: Object.fromEntries(policies),
    wildcard: main.selector,
  } as const
  return { root, selectors }
}

function named(pool: string, route: Route | undefined): NamedSelector[] {
  return route === undefined ? [] : [{ name: selectorName(pool), ...route.selector }]
}

function selectorName(pool: string): string {
  return handleName(pool, 'keys')
}

function prefixKey(prefix: string): string {
  return RESERVED.has(prefix) ? `\\${prefix}` : literal(prefix)
}
