import type { EpochMs } from '../../process/clock.ts'
import { serverNames } from '../../routing/servers.ts'
import type { Mcrouter } from '../../schemas/mcrouter.ts'
import { SHRINK_UNCONFIRMED_ANNOTATION } from '../../schemas/well-known.ts'
import { retiringIn } from '../adoption/index.ts'
import type { KubeObject } from '../kube/api.ts'
import type { Observed } from '../observe/caches.ts'
import { recordedIn, routedIn } from '../observe/last-status.ts'
import type { Pod } from '../observe/pod.ts'
import type { Published } from '../observe/published.ts'
import { readyOrdinals } from '../observe/tier.ts'
import { isUnseen, workload } from '../observe/workload.ts'
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
import { fillingUntil } from './filling.ts'
import { withoutName } from './lookup.ts'
import { type NextStep, nextStep, type Pool } from './steps.ts'

/** A status tells whole seconds: what it records may have been that many milliseconds later. */
const FRACTION_MS = 999

export type ScalingDeps = Pick<ReconcileContext, 'confirm' | 'lookup' | 'patience' | 'settings'>

/** Where a pool is, and how far it may go now. */
export interface Scaling {
  readonly pool: Pool
  readonly next: NextStep
  /** Until when reads go past a miss; undefined when they do not. */
  readonly filledAt: EpochMs | undefined
  /** What the ConfigMap holds; undefined when there is none. */
  readonly published: Dated | undefined
  /** Whether the pool waits for DNS to have the names of servers that are Ready. */
  readonly unnamed: boolean
  /** Undefined when routers are not asked, or nothing is published. */
  readonly confirmation: Confirmation | undefined
  /** Not confirmed in the time allowed, or a shrink waits for a router that has not left within it. */
  readonly overdue: boolean
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
  const { confirmMs } = deps.patience
  const config = observed.children.find(({ published }) => published !== undefined)
  const statefulSet = workload(observed.children, 'StatefulSet')
  const published = config?.published && { ...config.published, at: config.appliedAt }
  const wanted = mcrouter.pools[0].servers
  const running = runningServers(observed)
  const shrinking = published !== undefined && published.routed <= wanted && wanted < running
  const asked = published && deps.confirm && { published, shrinking, confirm: deps.confirm }
  const confirmation = asked && (await confirmationOf(stored, observed, asked, now))
  const readableAt = published && readableSince(published.at, confirmation ?? { states: [] }, observed.pods)
  const deadline = (readableAt ?? now) + confirmMs
  // A controller that has still to see how many servers there are to be may be about to delete some that are Ready.
  const ready =
    statefulSet !== undefined && isUnseen(statefulSet) ? new Set<number>() : readyOrdinals(observed.pods)
  const unnamed = await unnamedServers(mcrouter, { ...observed, ready }, published, deps, now)
  const pool: Pool = {
    wanted,
    running,
    routed: published?.routed,
    recorded: routedIn(stored.status ?? {}),
    ready: new Set([...ready].filter((ordinal) => !unnamed.has(ordinal))),
    serversCurrent: statefulSet === undefined || isCurrent(statefulSet, stored),
    routingCurrent: config !== undefined && isCurrent(config, stored),
    publishedAt: readableAt ?? now,
    confirmedAt: confirmedAt(stored, observed, confirmation, deps, deadline),
  }
  const { step, ...waits } = nextStep(pool, { ...deps.patience, shrinkUnconfirmed: isAllowed(stored) }, now)
  const filled = fillingUntil(mcrouter.topology, published, step.routed, deps.patience.fillMs, now)
  const next = { ...waits, step: { ...step, ...(filled !== undefined && { filling: true }) } }
  const unconfirmed = confirmation !== undefined && confirmation.since === undefined && deadline <= now
  return {
    pool,
    next,
    filledAt: filled,
    published,
    unnamed: unnamed.size > 0,
    confirmation,
    overdue: unconfirmed || (next.wait?.for === 'confirmation' && next.wait.overdue),
  }
}

/**
 * Ordinals of the servers that routers are to use next and could not find; looked for once all of them are Ready. Where
 * DNS does not answer, a server is taken to have its name as long after it became Ready as routers are waited for.
 */
async function unnamedServers(
  mcrouter: Mcrouter,
  { pods, ready }: { readonly pods: readonly Pod[]; readonly ready: ReadonlySet<number> },
  published: Dated | undefined,
  { lookup, settings, patience }: ScalingDeps,
  now: EpochMs,
): Promise<ReadonlySet<number>> {
  const [pool] = mcrouter.pools
  const { servers: wanted } = pool
  if (lookup === undefined || published === undefined) return new Set()
  const { routed } = published
  const joining = [...ready].filter((ordinal) => ordinal >= routed && ordinal < wanted)
  if (joining.length < wanted - routed) return new Set()
  const names = serverNames(mcrouter, pool, wanted, settings.clusterDomain)
  const unasked = ({ turnedAt }: Pod) => now - turnedAt >= patience.confirmMs
  return await withoutName(joining, names, pods, lookup, unasked)
}

function confirmedAt(
  stored: KubeObject,
  { children, pods }: Observed,
  confirmation: Confirmation | undefined,
  { confirm }: ScalingDeps,
  deadline: number,
): number | undefined {
  // Before there is one of ours, the routers may be those of the Ansible operator that are not noted yet.
  if (workload(children, 'Deployment') === undefined) return undefined
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

/** Replicas of the StatefulSet; where it was deleted and its pods were orphaned, as many as the highest ordinal needs. */
function runningServers({ children, pods }: Observed): number {
  const statefulSet = workload(children, 'StatefulSet')
  if (statefulSet !== undefined) return statefulSet.replicas
  const ordinals = pods
    .filter(({ component, deleting }) => component === 'memcached' && !deleting)
    .map((pod) => pod.ordinal)
  return Math.max(-1, ...ordinals) + 1
}

function isAllowed(mcrouter: KubeObject): boolean {
  return mcrouter.metadata.annotations?.[SHRINK_UNCONFIRMED_ANNOTATION] === 'true'
}
