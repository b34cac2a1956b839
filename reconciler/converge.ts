import { selectorOf } from '../render/labels.ts'
import type { ScaleStep } from '../render/rendering.ts'
import { serverNames } from '../routing/servers.ts'
import type { Mcrouter } from '../schemas/mcrouter.ts'
import { retire, retiringIn } from './adoption/deployment.ts'
import { withUnseen } from './adoption/live-pods.ts'
import { type CarriedOut, carryOut } from './apply/apply-plan.ts'
import type { Clock } from './clock.ts'
import { labelSelector } from './kube/selector.ts'
import type { Memory } from './object-state.ts'
import type { Observed } from './observe/caches.ts'
import { recordedIn } from './observe/last-status.ts'
import { refusedServers } from './observe/missing-pods.ts'
import type { Pod } from './observe/pod.ts'
import { notReady, readyOrdinals } from './observe/tier.ts'
import { count } from './observe/untyped.ts'
import { workload } from './observe/workload.ts'
import { adoptedServers } from './plan/adopted-pods.ts'
import { expand } from './plan/desired-objects.ts'
import { areCurrent } from './plan/fence.ts'
import { planOf } from './plan/plan.ts'
import type { Pass } from './reconcile-context.ts'
import type { Findings, Scale } from './reconcile-report.ts'
import { lateAfter } from './report/conditions/unready.ts'
import { calmAfter } from './report/restarts.ts'
import { milestones } from './report/scale-events.ts'
import { type Confirmation, servingRouters } from './routers/confirmation.ts'
import { nudge } from './routers/nudge.ts'
import { pollAfter } from './scaling/poll.ts'
import { lastLook } from './scaling/recheck.ts'
import { type Scaling, type ScalingDeps, scalingOf } from './scaling/scaling.ts'

export interface ConvergeDeps extends ScalingDeps {
  readonly clock: Clock
}

/** What a pass came to. */
export interface Result {
  readonly findings: Findings
  /** Milliseconds after which to look again even if nothing is heard; Infinity for never. */
  readonly lookAgainMs: number
  /** Why the pass has to be made again; undefined when it succeeded. */
  readonly error: Error | undefined
}

/** Brings what runs one step nearer to an accepted spec, and says what is there now. */
export async function converge(
  pass: Pass,
  mcrouter: Mcrouter,
  cached: Observed,
  memory: Memory,
  deps: ConvergeDeps,
): Promise<Result> {
  const { clock, settings } = deps
  const { expected } = memory.mutations
  const { mcrouter: stored, tell } = pass
  const observed = await withUnseen(pass, cached, mcrouter)
  const now = clock.now()
  const scalingWith = (seen: Observed) => scalingOf(mcrouter, stored, seen, deps, now)
  const scaling = await lastLook(pass, mcrouter, observed, await scalingWith(observed), scalingWith)
  const { step } = scaling.next
  const { desired, fingerprint } = expand(mcrouter, stored, observed, { ...settings, step }, expected)
  const changes = planOf(desired, observed.children, observed.leftovers, expected)
  const carried = await carryOut(pass, memory, changes, fingerprint, clock.monotonic())
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
      tell(news)
  }
  // Nothing tells when the last of them has ended: what the Ansible operator made is not watched.
  const leaving =
    retiringIn(stored).length > 0 && isServing(carried, observed.pods, step) && !(await retire(pass))
  for (const news of memory.restarts.newsOf(observed.pods, mcrouter.topology, now)) tell(news)
  const refused = await refusedServers(pass, memory, carried.children, observed.pods, clock.monotonic())
  const scale = scaleFindings(mcrouter, pass, observed, scaling, carried, deps)
  await nudge(pass, observed.pods, scale.confirmation?.states ?? [], scale, now)
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
    lookAgainMs: Math.min(
      carried.lookAgainMs,
      refused.lookAgainMs,
      leaving ? memory.conflicts.met() : Number.POSITIVE_INFINITY,
      memory.atOnce.after(pollAfter(scaling, scale, now)),
      lateAfter(observed.pods, now),
      calmAfter(observed.pods, now),
    ),
    error: carried.error,
  }
}

/** Whether new routers are there and find every server that they are to use. */
function isServing({ children }: CarriedOut, pods: readonly Pod[], { routed }: ScaleStep): boolean {
  const routers = count(workload(children, 'Deployment')?.status.availableReplicas)
  return routers > 0 && notReady(readyOrdinals(pods), routed).length === 0
}

function scaleFindings(
  mcrouter: Mcrouter,
  { mcrouter: stored }: Pass,
  { pods }: Observed,
  scaling: Scaling,
  { children }: CarriedOut,
  { settings, confirm }: ConvergeDeps,
): Scale {
  const { name, namespace, memcached, routers } = mcrouter
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
    servers: serverNames(mcrouter, step.routed, settings.clusterDomain),
    endpoint: `${name}.${namespace}.svc.${settings.clusterDomain}:${routers.port}`,
    selector: labelSelector(selectorOf(mcrouter, 'memcached')),
    wanted: { servers: memcached.servers, routers: routers.replicas },
    digest,
    current: areCurrent(children, stored),
    confirmation: confirm && (republished ? behind : scaling.confirmation),
    overdue: scaling.overdue && !republished,
  }
}
