import { isJsonObject } from '../../schemas/json.ts'
import { choose } from './choose.ts'
import { found } from './config-error.ts'
import { childrenOf, type Definition } from './definition.ts'
import { injectLatency, modifyExptime, modifyKey } from './modify.ts'
import { isGetLike } from './request.ts'
import type { Route } from './route.ts'
import { allAsync, allOf, anyOf, failover, failoverWithExptime, missFailover } from './several.ts'
import { withShadows } from './shadows.ts'
import { MISS } from './step.ts'

/** The route handles that are followed, of those in mcrouter/routes/McRouteHandleProvider.cpp. */
export const ROUTE_TYPES: Readonly<Record<string, (definition: Definition) => Route>> = {
  AllAsyncRoute: allAsync,
  AllFastestRoute: allOf('fastest'),
  AllInitialRoute: allOf('initial'),
  AllMajorityRoute: allOf('majority'),
  AllSyncRoute: allOf('worst'),
  DevNullRoute: () => () => MISS,
  ErrorRoute: error,
  FailoverRoute: failover,
  FailoverWithExptimeRoute: failoverWithExptime,
  HashRoute: hash,
  LatencyInjectionRoute: injectLatency,
  LatestRoute: anyOf,
  MissFailoverRoute: missFailover,
  ModifyExptimeRoute: modifyExptime,
  ModifyKeyRoute: modifyKey,
  NullRoute: () => () => MISS,
  OperationSelectorRoute: operationSelector,
  PoolRoute: poolRoute,
  PrefixPolicyRoute: operationSelector,
  RandomRoute: anyOf,
  WarmUpRoute: warmUp,
}

function error({ spec, rest }: Definition): Route {
  const response = rest ?? spec.response
  const message =
    typeof response === 'string' && response !== '' ? `SERVER_ERROR ${response}` : 'SERVER_ERROR'
  return () => ({ kind: 'error', message })
}

function hash(definition: Definition): Route {
  const { name = 'a HashRoute' } = definition.spec
  return choose(String(name), childrenOf(definition), definition.spec)
}

/** What the route says of the hash counts before what the pool says (mcrouter/routes/McRouteHandleProvider-inl.h, makePoolRoute). */
function poolRoute({ routes, spec, rest }: Definition): Route {
  const pool = routes.pool(found(rest ?? spec.pool, 'a PoolRoute names no pool'))
  const own =
    typeof spec.hash === 'string' ? { hash_func: spec.hash } : isJsonObject(spec.hash) ? spec.hash : {}
  const servers = withShadows(pool.servers, spec.shadows, routes)
  return choose(`pool ${pool.name}`, servers, { ...pool.hash, ...own })
}

function operationSelector({ routes, spec, rest }: Definition): Route {
  if (rest !== undefined) return routes.one(rest)
  const policies = isJsonObject(spec.operation_policies) ? spec.operation_policies : {}
  return (request) => {
    const { operation } = request
    const isNamed = Object.hasOwn(policies, operation)
    const policy = isNamed ? policies[operation] : spec.default_policy
    if (policy === undefined) {
      const message = `SERVER_ERROR unexpected result mc_res_unknown (0) for ${operation}`
      return { kind: 'error', message }
    }
    const next = routes.one(policy)(request)
    return { kind: 'policy', by: 'operation', name: isNamed ? operation : undefined, next }
  }
}

/** Of what does not read the cold one alone hears (mcrouter/routes/WarmUpRoute.h). */
function warmUp({ routes, spec }: Definition): Route {
  const [cold, warm] = [routes.one(spec.cold), routes.one(spec.warm)]
  const exptime = typeof spec.exptime === 'number' ? spec.exptime : 0
  return (request) => {
    if (!isGetLike(request)) return cold(request)
    return { kind: 'warm-up', cold: cold(request), warm: warm({ ...request, operation: 'get' }), exptime }
  }
}
