import { selectorOf } from '../render/labels.ts'
import type { ScaleStep } from '../render/rendering.ts'
import { serverNames } from '../routing/servers.ts'
import type { Mcrouter } from '../schemas/mcrouter.ts'
import { retire, retiringIn } from './adoption/deployment.ts'
import { withLivePods } from './adoption/live-pods.ts'
import { type ApplyResult, applyPlan } from './apply/apply-plan.ts'
import type { Clock } from './clock.ts'
import { labelSelector } from './kube/selector.ts'
import type { ObjectState } from './object-state.ts'
import type { Observed } from './observe/caches.ts'
import { recordedIn } from './observe/last-status.ts'
import type { Pod } from './observe/pod.ts'
import { notReady, readyOrdinals } from './observe/tier.ts'
import { count } from './observe/untyped.ts'
import { workload } from './observe/workload.ts'
import { adoptedServers } from './plan/adopted-pods.ts'
import { expand } from './plan/desired-objects.ts'
import { areCurrent } from './plan/fence.ts'
import { planOf } from './plan/plan.ts'
import type { ReconcileContext } from './reconcile-context.ts'
import type { ReconcileReport, ScaleReport } from './reconcile-report.ts'
import { lateAfter } from './report/conditions/unready.ts'
import { calmAfter } from './report/restarts.ts'
import { milestones } from './report/scale-events.ts'
import { type Confirmation, servingRouters } from './routers/confirmation.ts'
import { nudge } from './routers/nudge.ts'
import { pollAfter } from './scaling/poll.ts'
import { recheckBeforeShrink } from './scaling/recheck.ts'
import { type Scaling, type ScalingDeps, scalingOf } from './scaling/scaling.ts'

export interface ConvergeDeps extends ScalingDeps {
  readonly clock: Clock
}

/** What a pass came to. */
export interface Result {
  readonly findings: ReconcileReport
  /** Milliseconds after which to look again even if nothing is heard; Infinity for never. */
  readonly requeueAfterMs: number
  /** Why the pass has to be made again; undefined when it succeeded. */
  readonly error: Error | undefined
}

/** Brings what runs one step nearer to an accepted spec, and says what is there now. */
export async function converge(
  context: ReconcileContext,
  mcrouter: Mcrouter,
  cached: Observed,
  memory: ObjectState,
  deps: ConvergeDeps,
): Promise<Result> {
  const { clock, settings } = deps
  const { expected } = memory.mutations
  const { mcrouter: stored, recordEvent } = context
  const observed = await withLivePods(context, cached, mcrouter)
  const now = clock.now()
  const scalingWith = (seen: Observed) => scalingOf(mcrouter, stored, seen, deps, now)
  const scaling = await recheckBeforeShrink(
    context,
    mcrouter,
    observed,
    await scalingWith(observed),
    scalingWith,
  )
  const { step } = scaling.next
  const { desired, fingerprint } = expand(mcrouter, stored, observed, { ...settings, step }, expected)
  const changes = planOf(desired, observed.children, observed.leftovers, expected)
  const carried = await applyPlan(context, memory, changes, fingerprint, clock.monotonic())
  if (carried.error === undefined) {
    const routers = workload(observed.children, 'Deployment')
    const recorded = recordedIn(stored.status ?? {})
    for (const news of milestones({
      scaling,
      topology: mcrouter.topology,
      release: mcrouter.routers.release,
      recorded,
      routers,
    }))
      recordEvent(news)
  }
  // Nothing tells when the last of them has ended: what the Ansible operator made is not watched.
  const leaving =
    retiringIn(stored).length > 0 && isServing(carried, observed.pods, step) && !(await retire(context))
  for (const news of memory.restarts.newsOf(observed.pods, mcrouter.topology, now)) recordEvent(news)
  const refused = await memory.missing.refusals(context, carried.children, observed.pods, clock.monotonic())
  const scale = scaleFindings(mcrouter, context, observed, scaling, carried, deps)
  await nudge(context, observed.pods, scale.confirmation?.states ?? [], scale, now)
  return {
    findings: {
      generation: stored.metadata.generation ?? 0,
      admission: { kind: 'accepted', mcrouter },
      children: carried.children,
      pods: observed.pods,
      faults: [...carried.faults, ...refused.faults],
      outstanding: carried.outstanding,
      scale,
    },
    requeueAfterMs: Math.min(
      carried.requeueAfterMs,
      refused.requeueAfterMs,
      leaving ? memory.conflicts.met() : Number.POSITIVE_INFINITY,
      memory.atOnce.after(pollAfter(scaling, scale, now)),
      lateAfter(observed.pods, now),
      calmAfter(observed.pods, now),
    ),
    error: carried.error,
  }
}

/** Whether new routers are there and find every server that they are to use. */
function isServing({ children }: ApplyResult, pods: readonly Pod[], { routed }: ScaleStep): boolean {
  const routers = count(workload(children, 'Deployment')?.status.availableReplicas)
  return routers > 0 && notReady(readyOrdinals(pods), routed).length === 0
}

function scaleFindings(
  mcrouter: Mcrouter,
  { mcrouter: stored }: ReconcileContext,
  { pods }: Observed,
  scaling: Scaling,
  { children }: ApplyResult,
  { settings, confirm }: ConvergeDeps,
): ScaleReport {
  const { name, namespace, pools, routers } = mcrouter
  const [pool] = pools
  const { step, wait } = scaling.next
  const digest = children.find(({ published }) => published !== undefined)?.published?.digest ?? ''
  const republished = digest !== scaling.published?.digest
  const behind: Confirmation = {
    states: servingRouters(pods).map(({ pod }) => ({ pod, runs: 'old' })),
    since: undefined,
  }
  return {
    step,
    wait,
    running: scaling.pool.running,
    adopting: retiringIn(stored).length > 0 || adoptedServers(pods).length > 0,
    servers: serverNames(mcrouter, pool, step.routed, settings.clusterDomain),
    endpoint: `${name}.${namespace}.svc.${settings.clusterDomain}:${routers.port}`,
    selector: labelSelector(selectorOf(mcrouter, { pool: pool.name })),
    wanted: { servers: pool.servers, routers: routers.replicas },
    digest,
    current: areCurrent(children, stored),
    confirmation: confirm && (republished ? behind : scaling.confirmation),
    overdue: scaling.overdue && !republished,
  }
}
