import { isDeepStrictEqual } from 'node:util'
import { handleName, keptKey, poolKey } from '../../routing/pool.ts'
import type { Features } from '../../routing/release.ts'
import type { Resize } from '../../routing/resize.ts'
import { resizedRoute } from '../../routing/resized.ts'
import type { Route } from '../../routing/route.ts'
import { shardedRoute } from '../../routing/sharded.ts'
import { isJsonObject, type JsonObject } from '../../schemas/json.ts'
import { MAIN_POOL } from '../../schemas/mcrouter.ts'
import { record } from './untyped.ts'

/** How the keys of a pool are routed, each of which is on one server: simply over so many, or between two sizes. */
export type RoutedPhase = { readonly phase: 'plain'; readonly servers: number } | Resize

/**
 * The phase that a configuration has a pool in; undefined where it routes the pool otherwise, or is not as it was rendered. It is
 * rendered anew and compared, so that what somebody wrote into it, or a part of it, is never taken for a phase.
 */
export function phaseIn(config: JsonObject, pool: string): RoutedPhase | undefined {
  const written = writtenIn(config, pool)
  if (written === undefined) return undefined
  const { servers, kept } = written
  return candidates(servers.length, kept?.length).find((phase) => {
    const route = routeIn(phase, pool, servers, written.features)
    return isTheRouteOf(pool, route, written, config)
  })
}

/** What a configuration has of a pool. */
interface Written {
  readonly servers: readonly string[]
  readonly kept: readonly string[] | undefined
  readonly handles: readonly JsonObject[]
  readonly root: JsonObject
  readonly features: Features
}

const MEMBERS = new Set(['pools', 'named_handles', 'route'])

function writtenIn(config: JsonObject, pool: string): Written | undefined {
  const { pools, named_handles: handles, route } = config
  const { servers } = record(record(pools)[poolKey(pool)])
  if (!Object.keys(config).every((name) => MEMBERS.has(name))) return undefined
  if (!isListOfTexts(servers) || servers.length === 0) return undefined
  if (!Array.isArray(handles) || !handles.every(isJsonObject) || !isJsonObject(route)) return undefined
  const parts = Object.entries(record(pools)).filter(([, one]) => record(one).inherit === poolKey(pool))
  const [part, ...others] = parts
  if (others.length > 0 || (part !== undefined && part[0] !== keptKey(pool))) return undefined
  const kept = part === undefined ? undefined : record(part[1]).servers
  if (part !== undefined && !(isListOfTexts(kept) && isBeginning(kept, servers))) return undefined
  const { gat } = record(selectorOf(pool, route, handles)?.operation_policies)
  const features = { getAndTouch: gat !== undefined, connectTimeout: false }
  return { servers, kept: isListOfTexts(kept) ? kept : undefined, handles, root: route, features }
}

/** What somebody else wrote may be objects that are no text, and nested deeper than they can be compared. */
function isListOfTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string')
}

function isBeginning(some: readonly string[], all: readonly string[]): boolean {
  return some.length > 0 && some.every((server, ordinal) => server === all[ordinal])
}

/** The policies of the pool {@link MAIN_POOL} stand in the route, since it has the keys of no prefix; those of any other have a name. */
function selectorOf(pool: string, root: JsonObject, handles: readonly JsonObject[]): JsonObject | undefined {
  if (pool === MAIN_POOL) return root.wildcard === undefined ? root : record(root.wildcard)
  return handles.find(({ name }) => name === selectorName(pool))
}

function selectorName(pool: string): string {
  return handleName(pool, 'keys')
}

function candidates(whole: number, kept: number | undefined): readonly RoutedPhase[] {
  if (kept === undefined) return [{ phase: 'plain', servers: whole }]
  if (kept >= whole) return []
  const phases = ['mirror', 'flip'] as const
  return phases.flatMap((phase) => [
    { phase, from: kept, to: whole },
    { phase, from: whole, to: kept },
  ])
}

function routeIn(
  phase: RoutedPhase,
  pool: string,
  servers: readonly string[],
  features: Features,
): Pick<Route, 'handles' | 'selector'> {
  if (phase.phase === 'plain') return shardedRoute(pool, features)
  return resizedRoute(pool, phase, servers, features)
}

/** Whether that route is there, and no other leads to the pool. */
function isTheRouteOf(
  pool: string,
  { handles, selector }: Pick<Route, 'handles' | 'selector'>,
  { handles: all, root }: Written,
  config: JsonObject,
): boolean {
  const named = { name: selectorName(pool), ...selector }
  const policies = Object.values(record(root.policies)).filter((policy) => policy === named.name)
  const expected = [...handles, ...(policies.length > 0 ? [named] : [])]
  const isThere = (handle: { readonly name: string }) =>
    isDeepStrictEqual(
      all.find(({ name }) => name === handle.name),
      handle,
    )
  const unnamed = pool === MAIN_POOL ? [selector] : []
  const isChosen =
    pool === MAIN_POOL ? isDeepStrictEqual(selectorOf(pool, root, all), selector) : policies.length > 0
  if (!isChosen || !expected.every(isThere)) return false
  const names = new Set([poolKey(pool), keptKey(pool), ...expected.map(({ name }) => name)])
  const { named_handles, route } = config
  return mentions([named_handles, route], names) === mentions([...expected, ...unnamed, ...policies], names)
}

/** How often these have one of the names in them, or name it as `PoolRoute|memcached` does. */
function mentions(values: readonly unknown[], names: ReadonlySet<string>): number {
  const open = [...values]
  let found = 0
  // What somebody else wrote may be nested deeper than calls can be.
  while (open.length > 0) {
    const one = open.pop()
    if (typeof one === 'string' && names.has(one.slice(one.lastIndexOf('|') + 1))) found += 1
    const inner = Array.isArray(one) ? one : isJsonObject(one) ? Object.values(one) : []
    for (const value of inner) open.push(value)
  }
  return found
}
