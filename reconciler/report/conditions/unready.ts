import type { EpochMs } from '../../../process/clock.ts'
import { serverPod } from '../../../routing/servers.ts'
import type { Mcrouter } from '../../../schemas/mcrouter.ts'
import type { Pod } from '../../observe/pod.ts'
import { notReady, readyOrdinals, readyPods } from '../../observe/tier.ts'
import type { PoolReport, Problem, ReconcileReport } from '../../reconcile-report.ts'
import { zonedIn } from '../../scaling/zoned-in.ts'
import { few } from '../wording.ts'

/** As long as Kubernetes gives a Deployment for some progress (progressDeadlineSeconds). */
const LATE_MS = 600_000

/** Milliseconds until a pod that is not Ready now counts as late; Infinity when none will. */
export function lateAfter(pods: readonly Pod[], now: EpochMs): number {
  const waiting = pods.filter(({ ready, deleting }) => !ready && !deleting)
  const left = waiting.map(({ turnedAt }) => turnedAt + LATE_MS - now).filter((ms) => ms > 0)
  return Math.min(...left, Number.POSITIVE_INFINITY)
}

/**
 * Pods that are not ready, do not say why themselves, and have been so for longer than anything under way explains.
 *
 * @param progressing reason of that condition
 */
export function unready(
  { pods, scale, admission }: ReconcileReport,
  progressing: string,
  now: EpochMs,
): Problem[] {
  if (scale === undefined || admission.kind !== 'accepted') return []
  const { mcrouter } = admission
  const underWay = progressing === 'Creating' || progressing === 'RollingOut'
  const explained = new Set(
    pods.filter(({ trouble }) => trouble !== undefined).map((pod) => pod.metadata.name),
  )
  const late = pods.filter((pod) => !pod.ready && !pod.deleting && now - pod.turnedAt >= LATE_MS)
  const faults: Problem[] = []

  const missing = underWay ? [] : scale.pools.flatMap((pool) => missingOf(mcrouter, pool, pods))
  const servers = new Set([...missing, ...namesOf(late, 'memcached')])
  const unexplained = [...servers].filter((server) => !explained.has(server))
  if (unexplained.length > 0)
    faults.push({
      reason: 'ServerNotReady',
      message: `${few(unexplained)} not ready; ${whereToLook(unexplained, pods)}`,
    })

  const suspects = namesOf(underWay ? late : pods.filter((pod) => !pod.ready && !pod.deleting), 'mcrouter')
  const lacking = underWay ? 0 : scale.routers - readyPods(pods, 'mcrouter').length
  const count = Math.max(lacking, suspects.length)
  if (count > 0 && !suspects.some((router) => explained.has(router))) {
    faults.push({
      reason: 'RouterNotReady',
      message: `${count} of ${scale.routers} routers not ready: ${suspects.length === 0 ? 'they have no pod yet' : `${few(suspects)}; ${whereToLook(suspects, pods)}`}`,
    })
  }
  return faults
}

/** Names of the servers of a pool that are expected and not Ready. */
function missingOf(
  mcrouter: Pick<Mcrouter, 'name' | 'pools'>,
  { name, step, wait, wanted }: PoolReport,
  pods: readonly Pod[],
): string[] {
  const expected = wait?.for === 'servers' ? step.routed : Math.min(step.servers, wanted)
  const zoned = zonedIn(mcrouter.pools, name, step)
  const ordinals = notReady(readyOrdinals(pods, name, zoned), expected)
  return ordinals.map((ordinal) => serverPod(mcrouter, name, ordinal, zoned))
}

/** By name, since a server whose pod does not exist yet has nothing else. */
function whereToLook([first = '']: readonly string[], pods: readonly Pod[]): string {
  return pods.some(({ metadata }) => metadata.name === first)
    ? `kubectl describe pod ${first} says why`
    : `kubectl describe statefulset ${first.replace(/-\d+$/, '')} says why ${first} does not exist`
}

function namesOf(pods: readonly Pod[], component: Pod['component']): string[] {
  return pods.filter((pod) => pod.component === component).map(({ metadata }) => metadata.name)
}
