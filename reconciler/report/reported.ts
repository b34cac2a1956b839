import type { EpochMs } from '../../process/clock.ts'
import { amountOf, toUnits } from '../../schemas/formats/quantity.ts'
import { isExternal, type Layout, serversIn } from '../../schemas/layout.ts'
import type { Mcrouter } from '../../schemas/mcrouter.ts'
import { homesMoved } from '../../schemas/moved-share.ts'
import type { ConditionType } from '../../schemas/status/conditions.ts'
import type { Child } from '../observe/child.ts'
import type { Pod } from '../observe/pod.ts'
import { readyPods, readyServers } from '../observe/tier.ts'
import { record, records, text } from '../observe/untyped.ts'
import { wantedRouters } from '../observe/workload.ts'
import type { Problem, ReconcileReport } from '../reconcile-report.ts'
import type { Confirmation } from '../routers/confirmation.ts'
import { faultsOf } from './conditions/degraded.ts'
import { reasonIn } from './status.ts'

/** Running, Reconciling and Stalled say the same to programs that wait for a single object. */
export const REPORTED_CONDITIONS = [
  'Accepted',
  'ConfigApplied',
  'Available',
  'Progressing',
  'Degraded',
  'Ready',
] as const satisfies readonly ConditionType[]

/** Those reasons of Progressing with which a pool is between two sizes. */
const SCALE_STEPS = ['Growing', 'Shrinking', 'WaitingForRouters'] as const satisfies readonly string[]

/** What metrics tell of one Mcrouter: it is kept of each, so it is small. Numbers are undefined where they are not known. */
export interface Reported {
  /** In the order of {@link REPORTED_CONDITIONS}; empty for one that has not been said yet. */
  readonly conditions: readonly string[]
  /** Own servers of all pools. */
  readonly serversReady: number | undefined
  readonly serversWanted: number | undefined
  readonly routersReady: number | undefined
  readonly routersWanted: number | undefined
  /** Routers that were asked for their configuration, and those of them that run the published one. */
  readonly routersAsked: number | undefined
  readonly routersConfirmed: number | undefined
  readonly routerThreads: number | undefined
  /** Bytes; undefined without a limit. */
  readonly routerMemoryLimit: number | undefined
  /** All that it is Degraded for, each reason once, the worst first. */
  readonly degraded: readonly string[]
  readonly scaleStep: (typeof SCALE_STEPS)[number] | undefined
  /** Seconds since the epoch: when the first certificate ends that its pods were found to serve. */
  readonly certificateEnd: number | undefined
  /** Seconds since the epoch: by when the first of these is to have been renewed. */
  readonly renewalDue: number | undefined
  /** Seconds since the epoch: when half of the time from then to its end is over for the first of these. */
  readonly renewalLate: number | undefined
  /** Share of the keys that the last change of the routed servers gave another home; from 0 to 1. */
  readonly keysMoved: number | undefined
}

/** Of a Mcrouter of which nothing was said yet. */
const NOTHING: Reported = {
  conditions: [],
  serversReady: undefined,
  serversWanted: undefined,
  routersReady: undefined,
  routersWanted: undefined,
  routersAsked: undefined,
  routersConfirmed: undefined,
  routerThreads: undefined,
  routerMemoryLimit: undefined,
  degraded: [],
  scaleStep: undefined,
  certificateEnd: undefined,
  renewalDue: undefined,
  renewalLate: undefined,
  keysMoved: undefined,
}

/**
 * @param status what is said of it
 * @param routedBefore the layouts that routers used until then, as the last status has them
 * @param last what the pass before reported: what follows from a spec stays while that is not accepted
 */
export function reportedOf(
  findings: ReconcileReport,
  status: Readonly<Record<string, unknown>>,
  routedBefore: ReadonlyMap<string, Layout> | undefined,
  now: EpochMs,
  last: Reported = NOTHING,
): Reported {
  const { admission, children, pods, pulses, scale } = findings
  const judged = admission.kind === 'accepted' || admission.kind === 'paused' ? admission.mcrouter : undefined
  return {
    ...amended(last, status.conditions),
    degraded: reasonsOf(faultsOf(findings, reasonIn(status, 'Progressing') ?? '', now)),
    ...(judged && counted(judged, pods, children)),
    ...certified(pods, pulses),
    ...(scale && confirmed(scale.confirmation)),
    ...(scale && { keysMoved: moved(routedBefore, scale.layouts) ?? last.keysMoved }),
  }
}

/** The same with other conditions. */
export function amended(last: Reported = NOTHING, conditions: unknown): Reported {
  const said = new Map(records(conditions).map((one) => [text(one.type), one]))
  const progress = record(said.get('Progressing')).reason
  const { status, reason } = record(said.get('Degraded'))
  return {
    ...last,
    conditions: REPORTED_CONDITIONS.map((type) => text(record(said.get(type)).status)),
    degraded: status === 'True' ? [text(reason)] : [],
    scaleStep: SCALE_STEPS.find((step) => step === progress),
  }
}

function reasonsOf(faults: readonly Problem[]): string[] {
  return [...new Set(faults.map(({ reason }) => reason))]
}

function counted({ pools, routers }: Mcrouter, pods: readonly Pod[], children: readonly Child[]) {
  const own = pools.filter((pool) => !isExternal(pool))
  return {
    serversReady: sum(own.map(({ name }) => readyServers(pods, name).length)),
    serversWanted: sum(own.map(serversIn)),
    routersReady: readyPods(pods, 'mcrouter').length,
    routersWanted: wantedRouters(routers, children),
    routerThreads: routers.threads,
    routerMemoryLimit: bytesOf(routers.resources.limits.memory),
  }
}

function bytesOf(quantity: string | undefined): number | undefined {
  const amount = quantity === undefined ? undefined : amountOf(quantity)
  return amount === undefined ? undefined : toUnits(amount)
}

function confirmed(confirmation: Confirmation | undefined) {
  return {
    routersAsked: confirmation?.states.length,
    routersConfirmed: confirmation?.states.filter(({ runs }) => runs === 'published').length,
  }
}

/** Each moment by itself: the certificate that ends first is not always the one that should have been renewed first. */
function certified(pods: readonly Pod[], pulses: ReconcileReport['pulses']) {
  const served = pods.flatMap(({ metadata }) => pulses?.get(metadata.name)?.certificate ?? [])
  return {
    certificateEnd: firstOf(served.map(({ notAfter }) => notAfter)),
    renewalDue: firstOf(served.map(({ dueAt }) => dueAt)),
    renewalLate: firstOf(served.map(({ dueAt, notAfter }) => (dueAt + notAfter) / 2)),
  }
}

/** In seconds. */
function firstOf(moments: readonly EpochMs[]): number | undefined {
  return moments.length === 0 ? undefined : Math.floor(Math.min(...moments) / 1000)
}

/** The largest share of a pool; undefined where no pool is laid out otherwise than before. */
function moved(
  before: ReadonlyMap<string, Layout> | undefined,
  now: ReadonlyMap<string, Layout>,
): number | undefined {
  const shares = [...now].flatMap(([pool, layout]) => {
    const was = before?.get(pool)
    const isSame = was === undefined || (was.shards === layout.shards && was.copies === layout.copies)
    return isSame ? [] : [homesMoved(was, layout)]
  })
  return shares.length === 0 ? undefined : Math.max(...shares)
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0)
}
