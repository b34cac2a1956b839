import type { EpochMs } from '../../process/clock.ts'
import type { ScaleStep } from '../../render/rendering.ts'
import { serverNames } from '../../routing/servers.ts'
import { isExternal, serversIn } from '../../schemas/layout.ts'
import { type ExternalServer, MAIN_POOL, type Mcrouter, type Pool } from '../../schemas/mcrouter.ts'
import { SHRINK_UNCONFIRMED_ANNOTATION } from '../../schemas/well-known.ts'
import { retiringIn } from '../adoption/index.ts'
import type { KubeObject } from '../kube/api.ts'
import type { Observed } from '../observe/caches.ts'
import { layoutsIn, recordedIn } from '../observe/last-status.ts'
import type { Pod } from '../observe/pod.ts'
import { type Published, routedTo } from '../observe/published.ts'
import { readyOrdinals, serversOf } from '../observe/tier.ts'
import { isUnseen, routerWorkloads } from '../observe/workload.ts'
import { isCurrent } from '../plan/fence.ts'
import type { ReconcileContext } from '../reconcile-context.ts'
import type { AskRouters } from '../routers/confirm.ts'
import {
  type Confirmation,
  confirmed,
  leavingRouters,
  needsAsking,
  readableSince,
  runningRouters,
  servingRouters,
  startingRouters,
} from '../routers/confirmation.ts'
import { keepingCopies } from './copies.ts'
import { fillingUntil } from './filling.ts'
import { withoutName } from './lookup.ts'
import { externalBefore, lostRouting, recordedServers } from './lost-config.ts'
import { type PoolSize, poolSizes } from './pool-size.ts'
import { reachedAsRunning } from './reach.ts'
import { type NextStep, nextStep, type PoolState } from './steps.ts'

/** A status tells whole seconds: what it records may have been that many milliseconds later. */
const FRACTION_MS = 999

export type ScalingDeps = Pick<ReconcileContext, 'confirm' | 'lookup' | 'timeouts' | 'settings'>

/** Where the pools of a Mcrouter are, and how far each may go now. */
export interface Scaling {
  /** Those of the spec in its order, and after them those that it no longer has and that are still there. */
  readonly pools: readonly PoolScaling[]
  /** Until when reads go past a miss; undefined when they do not. */
  readonly filledAt: EpochMs | undefined
  /** What the ConfigMap holds; undefined when there is none. */
  readonly published: Dated | undefined
  /** Undefined when routers are not asked, or nothing is published. */
  readonly confirmation: Confirmation | undefined
  /** Not confirmed in the time allowed, or a shrink waits for a router that has not left within it. */
  readonly overdue: boolean
}

export interface PoolScaling {
  readonly name: string
  readonly pool: PoolState
  readonly next: NextStep
  /** Whether it waits for DNS to have the names of servers that are Ready. */
  readonly unnamed: boolean
}

/** The steps to be made of all pools, as {@link RenderSettings} has them. */
export function stepsOf({ pools }: Pick<Scaling, 'pools'>): ReadonlyMap<string, ScaleStep> {
  return new Map(pools.map(({ name, next }) => [name, next.step]))
}

/** `at`: when it was published. */
type Dated = Published & { readonly at: EpochMs }

export async function scalingOf(
  mcrouter: Mcrouter,
  stored: KubeObject,
  observed: Observed,
  deps: ScalingDeps,
  now: EpochMs,
): Promise<Scaling> {
  const { confirmMs, fillMs } = deps.timeouts
  const config = observed.children.find(({ published }) => published !== undefined)
  const published = config?.published && { ...config.published, at: config.appliedAt }
  const sizes = poolSizes(mcrouter, observed)
  const shrinking = published !== undefined && sizes.some((size) => isRoutedToLess(size, published))
  const asked = published && deps.confirm && { published, shrinking, confirm: deps.confirm }
  const confirmation = asked && (await confirmationOf(stored, observed, asked, now))
  const readableAt = published && readableSince(published.at, confirmation ?? { states: [] }, observed.pods)
  const deadline = (readableAt ?? now) + confirmMs
  const routing: Routing = {
    published,
    routingCurrent: config !== undefined && isCurrent(config, stored),
    publishedAt: readableAt ?? now,
    confirmedAt: confirmedAt(stored, observed, confirmation, deps, deadline),
  }
  const stateOf = (size: PoolSize) => poolScaling(mcrouter, stored, observed, size, routing, deps, now)
  const scaled = await Promise.all(sizes.map(stateOf))
  const main = scaled.find(({ name }) => name === MAIN_POOL)
  const filled =
    main && fillingUntil(mcrouter.pools[0].topology, published, main.next.step.routed, fillMs, now)
  const pools = filled === undefined ? scaled : scaled.map((one) => (one === main ? filling(one) : one))
  const unconfirmed = confirmation !== undefined && confirmation.since === undefined && deadline <= now
  const waitsTooLong = pools.some(({ next }) => next.wait?.for === 'confirmation' && next.wait.overdue)
  return { pools, filledAt: filled, published, confirmation, overdue: unconfirmed || waitsTooLong }
}

/** Whether servers are to go that no router is told to use any more. */
function isRoutedToLess({ name, wanted, running }: PoolSize, published: Published): boolean {
  return routedTo(published, name) <= wanted && wanted < running
}

/** Of the pools only the first is read past misses while servers that were added fill up. */
function filling({ next, ...main }: PoolScaling): PoolScaling {
  return { ...main, next: { ...next, step: { ...next.step, filling: true } } }
}

/** What all pools have in common: one configuration carries all of them. */
interface Routing extends Pick<PoolState, 'routingCurrent' | 'publishedAt' | 'confirmedAt'> {
  readonly published: Dated | undefined
}

async function poolScaling(
  mcrouter: Mcrouter,
  stored: KubeObject,
  { pods }: Observed,
  { name, wanted, running, statefulSet }: PoolSize,
  { published, ...routing }: Routing,
  deps: ScalingDeps,
  now: EpochMs,
): Promise<PoolScaling> {
  // A controller that has still to see how many servers there are to be may be about to delete some that are Ready.
  const unseen = statefulSet !== undefined && isUnseen(statefulSet)
  const ready = unseen ? new Set<number>() : readyOrdinals(pods, name)
  const routed = published && routedTo(published, name)
  const spec = mcrouter.pools.find((one) => one.name === name && !isExternal(one))
  const lost = layoutsIn(stored.status ?? {})?.get(name)
  const recorded = recordedServers(stored, name)
  const joining = { ready, routed: routed ?? wanted, servers: serversOf(pods, name) }
  const unnamed = spec === undefined ? NONE : await unnamedServers(mcrouter, spec, joining, deps, now)
  const pool: PoolState = {
    ...routing,
    wanted,
    running,
    routed: routed ?? (running === 0 ? lostRouting(name, recorded, wanted, pods) : undefined),
    recorded,
    ready: new Set([...ready].filter((ordinal) => !unnamed.has(ordinal))),
    // A pool that is to go is not written again, and grows no more.
    serversCurrent: statefulSet === undefined || wanted === 0 || isCurrent(statefulSet, stored),
  }
  const timeouts = { ...deps.timeouts, shrinkUnconfirmed: isAllowed(stored) }
  const inCopies = keepingCopies(
    nextStep(pool, timeouts, now),
    name,
    spec,
    published,
    recordedIn(stored.status ?? {})?.digest,
    lost,
  )
  const next = reachedAsRunning(inCopies, spec, serversOf(pods, name))
  return {
    name,
    pool,
    next: wanted > 0 ? usingExternal(next, externalBefore(published, stored, name)) : next,
    unnamed: unnamed.size > 0,
  }
}

/** Own servers in the place of others' are all waited for; until then routers go on with those. */
function usingExternal(next: NextStep, external: readonly ExternalServer[] | undefined): NextStep {
  if (external === undefined || next.step.routed > 0) return next
  return { ...next, step: { ...next.step, external, copies: 1 } }
}

const NONE: ReadonlySet<number> = new Set()

/**
 * Ordinals of the servers that routers are to use next and could not find; looked for once all of them are Ready. Where
 * DNS does not answer, a server is taken to have its name as long after it became Ready as routers are waited for.
 */
async function unnamedServers(
  mcrouter: Mcrouter,
  pool: Pool,
  {
    ready,
    routed,
    servers,
  }: { readonly ready: ReadonlySet<number>; readonly routed: number; readonly servers: readonly Pod[] },
  { lookup, settings, timeouts }: ScalingDeps,
  now: EpochMs,
): Promise<ReadonlySet<number>> {
  if (lookup === undefined) return NONE
  const wanted = serversIn(pool)
  const joining = [...ready].filter((ordinal) => ordinal >= routed && ordinal < wanted)
  if (joining.length < wanted - routed) return NONE
  const names = serverNames(mcrouter, pool, wanted, settings.clusterDomain)
  const unasked = ({ turnedAt }: Pod) => now - turnedAt >= timeouts.confirmMs
  return await withoutName(joining, names, servers, lookup, unasked)
}

function confirmedAt(
  stored: KubeObject,
  { children, pods }: Observed,
  confirmation: Confirmation | undefined,
  { confirm }: ScalingDeps,
  deadline: number,
): number | undefined {
  // Before there is one of ours, the routers may be those of the Ansible operator that are not noted yet.
  if (routerWorkloads(children).length === 0) return undefined
  // Routers of the Ansible operator use all servers, and answer for no configuration of ours.
  if (retiringIn(stored).length > 0) return undefined
  // A router that is not asked is taken to have read by then what was published.
  if (confirm === undefined) return deadline
  if (leavingRouters(pods).length > 0 || confirmation?.since === undefined) return undefined
  return confirmation.since + FRACTION_MS
}

async function confirmationOf(
  stored: KubeObject,
  { pods }: Observed,
  asked: { readonly published: Dated; readonly shrinking: boolean; readonly confirm: AskRouters },
  now: EpochMs,
): Promise<Confirmation> {
  const { published, shrinking, confirm } = asked
  const recorded = recordedIn(stored.status ?? {})
  const routers = shrinking ? runningRouters(pods) : servingRouters(pods)
  const states = needsAsking(recorded, published.digest, pods, shrinking)
    ? await confirm(routers, published.digest)
    : routers.map(({ pod }) => ({ pod, runs: 'published' as const }))
  const starting = shrinking ? startingRouters(pods, published.at) : []
  return confirmed([...states, ...starting], recorded, published, pods, now)
}

function isAllowed(mcrouter: KubeObject): boolean {
  return mcrouter.metadata.annotations?.[SHRINK_UNCONFIRMED_ANNOTATION] === 'true'
}
