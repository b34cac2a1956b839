import type { EpochMs } from '../../../process/clock.ts'
import { findCondition } from '../../kube/built-in.ts'
import { readyPods } from '../../observe/tier.ts'
import { routerWorkloads } from '../../observe/workload.ts'
import type { Problem, ReconcileReport } from '../../reconcile-report.ts'
import { leavingRouters } from '../../routers/confirmation.ts'
import { restarting } from '../restarts.ts'
import { few } from '../wording.ts'
import { certificateFaults } from './certificates.ts'
import type { Statement } from './condition.ts'
import { otherReleases } from './other-releases.ts'
import { unready } from './unready.ts'
import { unresponsive } from './unresponsive.ts'

/** How many faults one message names. */
const NAMED = 3

const NOT_ACCEPTED: Problem = {
  reason: 'NotAccepted',
  message: 'The spec is not accepted; what runs is from an earlier one',
}

/**
 * @param progressing reason of that condition: what is under way is no fault
 */
export function degraded(
  findings: ReconcileReport,
  progressing: string,
  now: EpochMs,
): Statement<'Degraded'> {
  const faults = faultsOf(findings, progressing, now)
  const [first] = faults
  if (first === undefined) return { reason: 'AsExpected', message: 'Nothing is wrong' }
  const message = faults
    .slice(0, NAMED)
    .map((fault) => fault.message)
    .join('; ')
  const more = faults.length - NAMED
  return { reason: first.reason, message: more > 0 ? `${message}; and ${more} more` : message }
}

/** All that is wrong, the worst first. Parameters are those of {@link degraded}. */
export function faultsOf(findings: ReconcileReport, progressing: string, now: EpochMs): readonly Problem[] {
  if (findings.admission.kind === 'invalid') return [NOT_ACCEPTED]
  const certificates = certificateFaults(findings)
  return [
    ...findings.faults,
    ...podFaults(findings),
    ...unresponsive(findings),
    ...certificates.unusable,
    ...restarting(findings.pods, now),
    ...unconfirmed(findings),
    ...unready(findings, progressing, now),
    // Last, since these leave the Mcrouter Ready.
    ...otherReleases(findings, progressing),
    ...certificates.expiring,
  ]
}

function podFaults({ pods, children }: ReconcileReport): Problem[] {
  const faults: Problem[] = pods.flatMap(({ trouble }) => trouble ?? [])
  const refused = routerWorkloads(children)
    .map(({ status }) => findCondition(status, 'ReplicaFailure'))
    .find((condition) => condition?.status === 'True')
  if (refused !== undefined) {
    faults.unshift({ reason: 'PodsRefused', message: `Routers cannot be created: ${refused.message ?? ''}` })
  }
  return faults
}

function unconfirmed({ scale, pods }: ReconcileReport): Problem[] {
  if (scale === undefined || !scale.overdue) return []
  const shrinks = scale.pools.some(({ wait }) => wait?.for === 'confirmation')
  if (!shrinks && readyPods(pods, 'mcrouter').length === 0) return []
  const states = scale.confirmation?.states ?? []
  const behind = states.filter(({ runs }) => runs !== 'published').map(({ pod }) => pod)
  const leaving = shrinks ? leavingRouters(pods) : []
  const sentences = [
    ...(shrinks ? ['Servers that are to go keep running'] : []),
    ...(behind.length > 0 ? [`Configuration not confirmed in time by ${few(behind)}`] : []),
    ...(leaving.length > 0 ? [`Being deleted and still running: ${few(leaving)}`] : []),
  ]
  return [{ reason: 'ConfigUnconfirmed', message: sentences.join('; ') }]
}
