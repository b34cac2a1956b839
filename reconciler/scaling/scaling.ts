import type { EpochMs } from '../../process/clock.ts'
import type { ScaleStep } from '../../render/rendering.ts'
import { MAIN_POOL, type Mcrouter } from '../../schemas/mcrouter.ts'
import { retiringIn } from '../adoption/index.ts'
import type { KubeObject } from '../kube/api.ts'
import type { Observed } from '../observe/caches.ts'
import { recordedIn } from '../observe/last-status.ts'
import type { Published } from '../observe/published.ts'
import { routerWorkloads } from '../observe/workload.ts'
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
import { fillingFrom, fillingUntil } from './filling.ts'
import { type PoolScaling, poolScaling, type Routing, waitsOf } from './pool-scaling.ts'
import { type PoolSize, poolSizes } from './pool-size.ts'
import { usedNow, usedOf } from './used.ts'

export type { PoolScaling } from './pool-scaling.ts'

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
  const shrinking = published !== undefined && sizes.some((size) => isRoutedToLess(size, published, stored))
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
  const filled = main && fillingUntil(mcrouter.pools[0], published, main.next.step, fillMs, now)
  const pools =
    filled === undefined ? scaled : scaled.map((one) => (one === main ? filling(one, published) : one))
  const unconfirmed = confirmation !== undefined && confirmation.since === undefined && deadline <= now
  const waitsTooLong = pools.flatMap(waitsOf).some((wait) => wait.for === 'confirmation' && wait.overdue)
  return { pools, filledAt: filled, published, confirmation, overdue: unconfirmed || waitsTooLong }
}

/** Whether servers are to go that no router is told to use any more. */
function isRoutedToLess(size: PoolSize, published: Published, stored: KubeObject): boolean {
  const used = usedNow(size, published, stored, [])
  return size.units.some(
    ({ copy, wanted, running }) => used !== undefined && usedOf(copy, used) <= wanted && wanted < running,
  )
}

/** Of the pools only the first is read past misses while servers that were added fill up. */
function filling({ next, ...main }: PoolScaling, published: Published | undefined): PoolScaling {
  const from = fillingFrom(published)
  const step = { ...next.step, filling: true, ...(from !== undefined && { fillingFrom: from }) }
  return { ...main, next: { ...next, step } }
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
