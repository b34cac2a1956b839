import type { Layout } from '../schemas/layout.ts'
import type { Pool } from '../schemas/mcrouter.ts'
import { type CopySet, copySet } from './copy-set.ts'
import { exactlyOnce } from './exactly-once.ts'
import { REFILL_SECONDS } from './on-miss.ts'
import { PAST_MISSES } from './past-misses.ts'
import { handleName } from './pool.ts'
import type { Features } from './release.ts'
import type { Route } from './route.ts'
import {
  type CompositeHandle,
  type NamedHandle,
  type OperationSelector,
  type Policies,
  REFUSED,
} from './route-handle.ts'

type ZonedPool = Pick<Pool, 'name' | 'writes' | 'onMiss'>

/**
 * A read asks the copy in the router's own zone, and fails over to the others in their order. Writes go to every copy as
 * they do without zones (routing/copies.ts), and leave for the router's own first, so that a read right behind one meets it.
 *
 * @param layout with two copies or more
 * @param servers by ordinal, which is shard × copies + copy
 * @param fillingFrom place of the first copy that was added a short while ago
 */
export function zonedRoute(
  pool: ZonedPool,
  layout: Layout,
  servers: readonly string[],
  features: Features,
  fillingFrom = layout.copies,
): Required<Route> {
  const set = copySet(pool, layout, servers)
  const once = exactlyOnce(pool, set)
  const chains = set.each.map((_, own) => nearest('FailoverRoute', pool, 'from', set.each, own))
  const zoneOf = (own: number) => zone(pool, set, chains, own, { ...features, isFilling: own >= fillingFrom })
  const zones = chains.map((_, own) => zoneOf(own))
  const selectorOf = ({ write, policies }: Zone): OperationSelector => ({
    type: 'OperationSelectorRoute',
    default_policy: write,
    operation_policies: { ...policies, ...NOT_OVER_ZONES, ...once.policies, ...REFUSED },
  })
  // Which copy of a key is read first depends on the zone: none is its home.
  const copies = set.handles.filter(({ name }) => name !== set.home)
  return {
    pools: set.pools,
    handles: [...copies, ...chains, ...once.handles, ...zones.flatMap(({ handles }) => handles)],
    selector: selectorOf(zoneOf(0)),
    selectors: zones.map(selectorOf),
  }
}

/** What routers of one zone do otherwise than those of the others. */
interface Zone {
  readonly handles: readonly NamedHandle[]
  /** Name of a handle. */
  readonly write: string
  /** Of what reads. */
  readonly policies: Policies
}

function zone(
  pool: ZonedPool,
  { each }: Pick<CopySet, 'each'>,
  chains: readonly CompositeHandle[],
  own: number,
  { getAndTouch, isFilling }: Features & { readonly isFilling: boolean },
): Zone {
  const froms = chains.map(({ name }) => name)
  const read = froms[own] ?? ''
  const write = nearest('AllSyncRoute', pool, 'write', pool.writes === 'Strict' ? each : froms, own)
  // Answers as a read does, which touches its own copy, and touches the others.
  const touch = nearest('AllInitialRoute', pool, 'read-and-touch', each.with(own, read), own)
  const miss = onMiss(pool, each, read, own, isFilling)
  return {
    handles: [write, ...miss, ...(getAndTouch ? [touch] : [])],
    write: write.name,
    policies: {
      get: miss.at(-1)?.name ?? read,
      gets: read,
      ...(getAndTouch ? { gat: touch.name, gats: touch.name } : {}),
    },
  }
}

/** As without zones (routing/on-miss.ts), beginning with the copy that is near. */
function onMiss(
  pool: ZonedPool,
  each: readonly string[],
  read: string,
  own: number,
  isFilling: boolean,
): NamedHandle[] {
  const asking = (handle: string) => [
    { ...nearest('MissFailoverRoute', pool, handle, each, own), ...BEST_ON_ERROR },
  ]
  switch (pool.onMiss) {
    case 'Miss':
      return isFilling ? asking(PAST_MISSES) : []
    case 'AskCopies':
      return asking('seek')
    case 'Refill': {
      const others = nearest('MissFailoverRoute', pool, 'others', each, own)
      // Its own is asked by then, and last: a copy that is dead must not hide that another misses.
      const [near = '', ...far] = others.children
      const warm = { ...others, children: [...far, near], ...BEST_ON_ERROR }
      const heal = handleName(pool.name, `heal-${own}`)
      return [warm, { type: 'WarmUpRoute', name: heal, cold: read, warm: warm.name, exptime: REFILL_SECONDS }]
    }
  }
}

/** Without it, the reply of a dead server that was asked last would hide the miss of one that answered. */
const BEST_ON_ERROR = { return_best_on_error: true } as const

/** A handle over one child for each copy, the own one first. */
function nearest(
  type: CompositeHandle['type'],
  { name }: Pick<Pool, 'name'>,
  handle: string,
  children: readonly string[],
  own: number,
): CompositeHandle {
  const others = children.filter((_, copy) => copy !== own)
  return { type, name: handleName(name, `${handle}-${own}`), children: [children[own] ?? '', ...others] }
}

/**
 * A counter or token is right on one server alone. Kept in one zone, it would never be seen to change by reads in the others; in
 * several at once, two clients would be given the same number.
 */
const NOT_OVER_ZONES: Policies = Object.fromEntries(
  (['cas', 'incr', 'decr'] as const).map((operation) => [
    operation,
    `ErrorRoute|${operation} is not supported on a pool replicated over zones`,
  ]),
)
