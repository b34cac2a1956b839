import type { EpochMs } from '../../process/clock.ts'
import { serverNames } from '../../routing/servers.ts'
import { isExternal, isZoned, serversIn } from '../../schemas/layout.ts'
import type { ExternalServer, Mcrouter, Pool } from '../../schemas/mcrouter.ts'
import { SHRINK_UNCONFIRMED_ANNOTATION } from '../../schemas/well-known.ts'
import type { KubeObject } from '../kube/api.ts'
import type { Observed } from '../observe/caches.ts'
import { layoutsIn, recordedIn } from '../observe/last-status.ts'
import type { Pod } from '../observe/pod.ts'
import type { Published } from '../observe/published.ts'
import { serversOf, serversOfCopy } from '../observe/tier.ts'
import { isUnseen } from '../observe/workload.ts'
import { isCurrent } from '../plan/fence.ts'
import type { ReconcileContext } from '../reconcile-context.ts'
import { keepingCopies } from './copies.ts'
import { withoutName } from './lookup.ts'
import { externalBefore, lostRouting, recordedServers } from './lost-config.ts'
import type { PoolSize, UnitSize } from './pool-size.ts'
import { reachedAsRunning } from './reach.ts'
import { type NextStep, nextServers, nextStep, type PoolState, type Wait } from './steps.ts'
import { type Used, usedNow, usedOf } from './used.ts'
import { nextZoned, type UnitState } from './zoned-steps.ts'

export type PoolScalingDeps = Pick<ReconcileContext, 'lookup' | 'timeouts' | 'settings'>

export interface PoolScaling {
  readonly name: string
  /** Of all its servers together. */
  readonly pool: Omit<PoolState, 'ready'>
  readonly next: NextStep
  /** Whether it waits for DNS to have the names of servers that are Ready. */
  readonly unnamed: boolean
  /** Each that has a StatefulSet of its own, of a pool that has copies in zones, or had; not there for any other. */
  readonly units?: readonly UnitScaling[]
}

export interface UnitScaling extends Pick<UnitState, 'copy' | 'running'> {
  /** How many it may have now. */
  readonly servers: number
  readonly wait?: Wait | undefined
}

/** All that the next steps of a pool wait for. */
export function waitsOf({ next, units = [] }: PoolScaling): Wait[] {
  return [next.wait, ...units.map(({ wait }) => wait)].filter((wait) => wait !== undefined)
}

/** What all pools have in common: one configuration carries all of them. */
export interface Routing extends Pick<PoolState, 'routingCurrent' | 'publishedAt' | 'confirmedAt'> {
  readonly published: Published | undefined
}

interface Situation {
  readonly mcrouter: Mcrouter
  readonly stored: KubeObject
  readonly pods: readonly Pod[]
  readonly routing: Routing
  readonly deps: PoolScalingDeps
  readonly now: EpochMs
}

export async function poolScaling(
  mcrouter: Mcrouter,
  stored: KubeObject,
  { pods }: Pick<Observed, 'pods'>,
  size: PoolSize,
  routing: Routing,
  deps: PoolScalingDeps,
  now: EpochMs,
): Promise<PoolScaling> {
  const situation = { mcrouter, stored, pods, routing, deps, now }
  const { name, units } = size
  const spec = mcrouter.pools.find((one) => one.name === name && !isExternal(one))
  const used = usedNow(size, routing.published, stored, pods)
  const states = await Promise.all(units.map((unit) => stateOf(unit, size, spec, used, situation)))
  const [only] = states
  const isPlain = units.length === 1 && only?.copy === undefined && used?.zoned !== true
  const scaled =
    isPlain && only !== undefined ? { next: plain(only) } : inZones(states, spec, used, plain, situation)
  const next = reachedAsRunning(scaled.next, spec, serversOf(pods, name))
  const external = externalBefore(routing.published, stored, name)
  return {
    name,
    pool: totalOf(states, used, routing),
    next: spec === undefined ? next : usingExternal(next, external),
    unnamed: states.some(({ unnamed }) => unnamed),
    ...(scaled.units && { units: scaled.units }),
  }

  function plain(state: UnitState): NextStep {
    const step = nextStep(state, timeoutsOf(situation), now)
    if (used?.zoned === true) return step
    const { status = {} } = stored
    const recorded = recordedIn(status)?.digest
    return keepingCopies(step, name, spec, routing.published, recorded, layoutsIn(status)?.get(name))
  }
}

interface Scaled {
  readonly next: NextStep
  readonly units?: readonly UnitScaling[]
}

/**
 * Servers that the spec no longer has go by themselves, whatever the others wait for.
 *
 * @param plain the step of those that are in no zone
 */
function inZones(
  states: readonly UnitState[],
  spec: Pool | undefined,
  used: Used | undefined,
  plain: (state: UnitState) => NextStep,
  situation: Situation,
): Scaled {
  const { now } = situation
  const timeouts = timeoutsOf(situation)
  const own = states.filter(({ wanted }) => wanted > 0)
  const [first] = own
  const units = states.map((state): UnitScaling => {
    const { copy, running } = state
    return { copy, running, ...nextServers(state, timeouts, now) }
  })
  const next =
    spec !== undefined && isZoned(spec)
      ? nextZoned(own, used, timeouts, now)
      : withoutZones(first && plain(first), used)
  const waits = units.flatMap(({ wait }) => wait ?? [])
  const overdue = waits.find((wait) => wait.for === 'confirmation' && wait.overdue)
  const wait = overdue ?? next.wait ?? waits[0]
  return { next: wait === undefined ? next : { ...next, wait }, units }
}

/** Of a pool that is in no zones any more, or is to go: until all of its other servers are Ready, routers use those in zones. */
function withoutZones(next: NextStep | undefined, used: Used | undefined): NextStep {
  if (next === undefined) return { step: { servers: 0, routed: 0 } }
  if (used?.zoned !== true || next.step.routed > 0) return next
  return { ...next, step: { ...next.step, routed: used.servers, copies: used.copies, zoned: true } }
}

function totalOf(
  states: readonly UnitState[],
  used: Used | undefined,
  { published: _, ...routing }: Routing,
): PoolScaling['pool'] {
  const [only, another] = states
  if (only !== undefined && another === undefined) return only
  const sum = (count: (state: UnitState) => number) =>
    states.reduce((total, state) => total + count(state), 0)
  return {
    ...routing,
    wanted: sum(({ wanted }) => wanted),
    running: sum(({ running }) => running),
    routed: used?.servers,
    serversCurrent: states.every(({ serversCurrent }) => serversCurrent),
  }
}

function timeoutsOf({ deps, stored }: Situation) {
  return { ...deps.timeouts, shrinkUnconfirmed: isAllowed(stored) }
}

async function stateOf(
  { copy, wanted, running, statefulSet }: UnitSize,
  { name, units }: PoolSize,
  spec: Pool | undefined,
  used: Used | undefined,
  situation: Situation,
): Promise<UnitState & { readonly unnamed: boolean }> {
  const { mcrouter, stored, pods, deps, now } = situation
  const { published, ...routing } = situation.routing
  // A controller that has still to see how many servers there are to be may be about to delete some that are Ready.
  const unseen = statefulSet !== undefined && isUnseen(statefulSet)
  const servers = serversOfCopy(pods, name, copy)
  const isReady = ({ ready, deleting }: Pod) => ready && !deleting && !unseen
  const ready = new Set(servers.filter(isReady).map(({ ordinal }) => ordinal))
  const routed = used && usedOf(copy, used)
  const isOwn = spec !== undefined && wanted > 0
  const names = isOwn ? namesOf(mcrouter, spec, copy, deps) : []
  const joining = { names, ready, routed: published === undefined ? wanted : (routed ?? wanted), servers }
  const unnamed = isOwn ? await unnamedServers(joining, deps, now) : NONE
  const isZones = units.length > 1 || copy !== undefined || used?.zoned === true
  const recorded = isZones ? undefined : recordedServers(stored, name)
  const lost = running === 0 ? lostRouting(name, recorded, wanted, pods) : undefined
  return {
    ...routing,
    copy,
    wanted,
    running,
    routed: isZones ? routed : published === undefined ? lost : routed,
    recorded,
    ready: new Set([...ready].filter((ordinal) => !unnamed.has(ordinal))),
    // What is to go is not written again, and grows no more.
    serversCurrent: statefulSet === undefined || wanted === 0 || isCurrent(statefulSet, stored),
    unnamed: unnamed.size > 0,
  }
}

/** Of the servers of a StatefulSet, by ordinal. */
function namesOf(
  mcrouter: Mcrouter,
  pool: Pool,
  copy: number | undefined,
  { settings }: PoolScalingDeps,
): string[] {
  const all = serverNames(mcrouter, pool, serversIn(pool), settings.clusterDomain)
  return copy === undefined ? all : all.filter((_, ordinal) => ordinal % pool.zones.length === copy)
}

/** Own servers in the place of others' are all waited for; until then routers go on with those. */
function usingExternal(next: NextStep, external: readonly ExternalServer[] | undefined): NextStep {
  if (external === undefined || next.step.routed > 0) return next
  return { ...next, step: { ...next.step, external, copies: 1 } }
}

const NONE: ReadonlySet<number> = new Set()

interface Joining {
  /** By ordinal, all that are wanted. */
  readonly names: readonly string[]
  readonly ready: ReadonlySet<number>
  readonly routed: number
  readonly servers: readonly Pod[]
}

/**
 * Ordinals of the servers that routers are to use next and could not find; looked for once all of them are Ready. Where
 * DNS does not answer, a server is taken to have its name as long after it became Ready as routers are waited for.
 */
async function unnamedServers(
  { names, ready, routed, servers }: Joining,
  { lookup, timeouts }: PoolScalingDeps,
  now: EpochMs,
): Promise<ReadonlySet<number>> {
  if (lookup === undefined) return NONE
  const joining = [...ready].filter((ordinal) => ordinal >= routed && ordinal < names.length)
  if (joining.length < names.length - routed) return NONE
  const unasked = ({ turnedAt }: Pod) => now - turnedAt >= timeouts.confirmMs
  return await withoutName(joining, names, servers, lookup, unasked)
}

function isAllowed(mcrouter: KubeObject): boolean {
  return mcrouter.metadata.annotations?.[SHRINK_UNCONFIRMED_ANNOTATION] === 'true'
}
