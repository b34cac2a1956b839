import type { Prefix } from '../schemas/mcrouter.ts'
import { literal } from './literal.ts'
import type { Root } from './mcrouter-config.ts'
import { handleName } from './pool.ts'
import type { Route } from './route.ts'
import type { NamedSelector, OperationSelector } from './route-handle.ts'

/** Members of an object that mean something to mcrouter's preprocessor before it has read their names: escaped, they do not. */
const RESERVED = new Set(['type', 'vars'])

/**
 * Chooses a pool by what the key begins with. mcrouter asks for the longest.
 *
 * @param routes by pool; the keys of a prefix whose pool has none are where those of no prefix are
 * @param place of the zone that the router is in
 */
export function byPrefix(
  prefixes: readonly Prefix[],
  main: Route,
  routes: ReadonlyMap<string, Route>,
  place = 0,
): { readonly root: Root; readonly selectors: readonly NamedSelector[] } {
  const pools = new Set(prefixes.map(({ pool }) => pool))
  const selectors = new Map(
    [...pools].flatMap((pool) => {
      const route = routes.get(pool)
      return route === undefined ? [] : [[pool, named(pool, route, place)] as const]
    }),
  )
  const wildcard = selectorAt(main, place)
  if (selectors.size === 0) return { root: wildcard, selectors: [] }
  const policies = prefixes.flatMap(({ prefix, pool }) => {
    const selector = selectors.get(pool)
    return selector === undefined ? [] : [[prefixKey(prefix), selector.name] as const]
  })
  const root = { type: 'PrefixSelectorRoute', policies: Object.fromEntries(policies), wildcard } as const
  return { root, selectors: [...selectors.values()] }
}

function selectorAt({ selector, selectors }: Route, place: number): OperationSelector {
  return selectors?.[place] ?? selector
}

/** The same under the same name in each zone that routes the same. */
function named(pool: string, route: Route, place: number): NamedSelector {
  const own = route.selectors?.[place] === undefined ? 0 : place
  const name = handleName(pool, route.selectors === undefined ? 'keys' : `keys-${own}`)
  return { name, ...selectorAt(route, own) }
}

function prefixKey(prefix: string): string {
  return RESERVED.has(prefix) ? `\\${prefix}` : literal(prefix)
}
