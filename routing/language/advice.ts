import { GROUPS } from './operations.ts'
import type { Root } from './roots.ts'
import type { Handles, Route } from './route.ts'
import type { Findings } from './scope.ts'

/** Of these a key is answered by one server, always the same. */
const ONE_BY_KEY = ['HashRoute', 'PoolRoute', 'ShadowRoute']
/** The only two under which no two clients win an `add` (measured: a server dies and comes back empty). */
const WON_ONCE = ['AllSyncRoute', 'AllMajorityRoute']
/** Reads find in a second pool what the first has not, or cannot say. */
const SECOND_PLACE = ['WarmUpRoute', 'FailoverWithExptimeRoute']
/** Forwarded, memcached answers ERROR, and mcrouter declares that server dead for everybody. */
const NOT_IN_MEMCACHED = ['metaget', 'lease-get', 'lease-set']

/** What is valid and most probably not what somebody wants. */
export function advise(roots: readonly Root[], findings: Findings): void {
  const walk = new Walk()
  for (const { place, handles } of roots) {
    for (const advice of adviceFor(handles, walk)) findings.warn(place, advice)
  }
}

function adviceFor(handles: Handles, walk: Walk): string[] {
  const advice: string[] = []
  const forwarded = NOT_IN_MEMCACHED.filter((operation) => walk.servers(handles, operation) > 0)
  if (forwarded.length > 0) {
    advice.push(
      `${forwarded.join(', ')} reach servers, and memcached does not know them: a client that sends one has a server taken ` +
        'for dead; give them a policy such as ErrorRoute|not supported',
    )
  }
  const often = ['cas', 'incr', 'decr'].filter((operation) => walk.ways(handles, operation).length > 0)
  if (often.length > 0) {
    advice.push(
      `${often.join(', ')} can reach more than one server for a key: counters and tokens then go back`,
    )
  }
  const [twice] = walk.ways(handles, 'add').filter((type) => !WON_ONCE.includes(type))
  if (twice !== undefined) advice.push(`an add through ${twice} can be won by two clients`)
  const early = ['set', 'delete'].filter((operation) =>
    walk.ways(handles, operation).includes('AllFastestRoute'),
  )
  if (early.length > 0) {
    advice.push(`${early.join(', ')} through AllFastestRoute: answered before the server has it that is read`)
  }
  const [second] = walk.ways(handles, 'get').filter((type) => SECOND_PLACE.includes(type))
  if (second !== undefined && !walk.ways(handles, 'delete').some((type) => type.startsWith('All'))) {
    advice.push(
      `a delete reaches one side of ${second} alone: a get may find the key on the other; send deletes to both`,
    )
  }
  return advice
}

/** What becomes of a key that comes to a handle, or to a list of them. */
interface Look {
  readonly servers: number
  readonly ways: readonly string[]
}

/** Each handle and each list is looked at once for each operation, however often it is referred to. */
class Walk {
  readonly #routes = new Map<string, WeakMap<Route, Look>>()
  readonly #lists = new Map<string, WeakMap<Handles, Look>>()

  /** How many servers a key can come to, before anything fails and after; more than one are counted as two. */
  servers(handles: Handles, operation: string): number {
    return this.#lookAll(handles, operation).servers
  }

  /** Types of the handles on the way that lead a key to more than one server. */
  ways(handles: Handles, operation: string): readonly string[] {
    return this.#lookAll(handles, operation).ways
  }

  #lookAll(handles: Handles, operation: string): Look {
    return lookedUp(this.#lists, operation, handles, () =>
      together(handles.routes.map((route) => this.#look(route, operation))),
    )
  }

  #look(route: Route, operation: string): Look {
    return lookedUp(this.#routes, operation, route, () => {
      const below = together(partsFor(route, operation).map((part) => this.#lookAll(part, operation)))
      const own =
        route.pool === undefined ? 0 : route.type === 'PoolRoute' ? 1 : Math.min(2, route.pool.size ?? 2)
      const servers = Math.min(2, own + below.servers)
      if (ONE_BY_KEY.includes(route.type)) return { servers: Math.min(1, servers), ways: below.ways }
      const leads = servers > 1 && route.type !== 'Pool' && !isSelector(route)
      return { servers, ways: leads ? [...new Set([...below.ways, route.type])] : below.ways }
    })
  }
}

function together(looks: readonly Look[]): Look {
  const servers = looks.reduce((sum, look) => sum + look.servers, 0)
  return { servers: Math.min(2, servers), ways: [...new Set(looks.flatMap(({ ways }) => ways))] }
}

function lookedUp<Key extends object>(
  seen: Map<string, WeakMap<Key, Look>>,
  operation: string,
  key: Key,
  look: () => Look,
): Look {
  const ofOperation = seen.get(operation) ?? new WeakMap<Key, Look>()
  seen.set(operation, ofOperation)
  const known = ofOperation.get(key) ?? look()
  ofOperation.set(key, known)
  return known
}

/** Reads go on past a miss; what writes goes to the first child alone (routes/WarmUpRoute.h:49, routes/MissFailoverRoute.h:58). */
function onlyFirst(type: string, operation: string): boolean {
  if (GROUPS.get_like?.includes(operation)) return false
  return type === 'WarmUpRoute' || (type === 'MissFailoverRoute' && operation !== 'delete')
}

function firstOf({ routes: [first], ...handles }: Handles): Handles {
  return { ...handles, routes: first === undefined ? [] : [first] }
}

function isSelector({ parts }: Route): boolean {
  return [...parts.keys()].some((part) => part.includes('_polic'))
}

function partsFor(route: Route, operation: string): Handles[] {
  const parts = [...route.parts.values()]
  if (!isSelector(route)) return onlyFirst(route.type, operation) ? parts.slice(0, 1).map(firstOf) : parts
  const group = Object.entries(GROUPS).find(([, operations]) => operations.includes(operation))?.[0]
  const own =
    route.parts.get(`operation_policies.${operation}`) ?? route.parts.get(`routing_group_policies.${group}`)
  const taken = own ?? route.parts.get('default_policy')
  return taken === undefined ? [] : [taken]
}
