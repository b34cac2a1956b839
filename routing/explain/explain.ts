import { isJsonObject, type JsonObject } from '../../schemas/json.ts'
import { quote } from '../../text/quote.ts'
import { DEFAULT_PREFIX } from '../route-prefix.ts'
import { ConfigError } from './config-error.ts'
import { Handles } from './handles.ts'
import { plain } from './plain.ts'
import { type ClientOperation, type Request, requestFor } from './request.ts'
import type { Routes } from './route.ts'
import type { Step } from './step.ts'

export type Explain = (operation: ClientOperation, key: string) => Step

/**
 * Follows requests through a configuration of mcrouter: which servers are asked, in which order, and why.
 *
 * Every handle is followed that the operator renders. What is not followed is an error and never a wrong answer: macros, keys
 * for several routes, and handles and hash functions that are not in the tables.
 * @param config mcrouter's JSON as it was parsed
 * @param defaultRoute `/region/cluster/` of keys without a routing prefix: mcrouter's `--route-prefix`
 * @throws {ConfigError}, as what it returns
 */
export function explainer(config: unknown, defaultRoute = DEFAULT_PREFIX): Explain {
  const json = plain(config)
  if (!isJsonObject(json)) throw new ConfigError('the configuration is no object')
  const routes = new Handles(json)
  const aliases = aliasesOf(json, defaultRoute)
  return (operation, key) => {
    const request = requestFor(operation, key)
    const alias = aliasFor(request, aliases, defaultRoute)
    if (alias === undefined) return { kind: 'error', message: 'SERVER_ERROR RootRoute: No rh found' }
    const next = root(aliases.get(alias), request, routes)
    return request.prefix === '' ? next : { kind: 'policy', by: 'routing prefix', name: alias, next }
  }
}

/** What each routing prefix leads to (mcrouter/ProxyConfig-inl.h). */
function aliasesOf({ route, routes }: JsonObject, defaultRoute: string): ReadonlyMap<string, unknown> {
  if (route !== undefined) return new Map([[defaultRoute, route]])
  const entries = isJsonObject(routes)
    ? Object.entries(routes)
    : (Array.isArray(routes) ? routes : [])
        .filter(isJsonObject)
        .flatMap(({ aliases, route: target }) =>
          (Array.isArray(aliases) ? aliases : []).map((alias) => [String(alias), target] as const),
        )
  const aliases = new Map<string, unknown>(entries)
  if (!aliases.has(defaultRoute)) throw new ConfigError(`invalid default route: ${defaultRoute}`)
  return aliases
}

/**
 * `*` stands for any part. The cluster of a region that has no route of its own is its `fallback`
 * (mcrouter/routes/RouteHandleMap-inl.h).
 */
function aliasFor({ prefix }: Request, aliases: ReadonlyMap<string, unknown>, defaultRoute: string) {
  if (prefix === '') return defaultRoute
  if (aliases.has(prefix)) return prefix
  const [, region, cluster] = prefix.split('/')
  if (region !== '*' && cluster !== '*') {
    const fallback = `/${region}/fallback/`
    return aliases.has(fallback) ? fallback : undefined
  }
  const [alias, ...others] = [...aliases.keys()].filter((one) => {
    const [, itsRegion, itsCluster] = one.split('/')
    return (region === '*' || region === itsRegion) && (cluster === '*' || cluster === itsCluster)
  })
  if (others.length > 0)
    throw new ConfigError(`${quote(prefix)} goes to several routes, which is not followed here`)
  return alias
}

/** Only here can prefixes of keys choose (mcrouter/routes/PrefixSelectorRoute.h). */
function root(json: unknown, request: Request, routes: Routes): Step {
  if (!isJsonObject(json) || json.type !== 'PrefixSelectorRoute') return routes.one(json)(request)
  const policies = isJsonObject(json.policies) ? json.policies : {}
  const name = Object.keys(policies)
    .filter((prefix) => request.key.startsWith(prefix))
    .reduce<string | undefined>(
      (best = '', prefix) => (prefix.length >= best.length ? prefix : best),
      undefined,
    )
  const policy = name === undefined ? json.wildcard : policies[name]
  if (policy === undefined) return { kind: 'error', message: 'SERVER_ERROR RootRoute: No rh found' }
  return { kind: 'policy', by: 'prefix', name, next: routes.one(policy)(request) }
}
