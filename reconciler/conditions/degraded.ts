import { leavingRouters } from '../confirmation.ts'
import type { Fault, Findings } from '../findings.ts'
import { condition, text } from '../observe/reading.ts'
import type { Statement } from './condition.ts'
import { few, notReady, readyOrdinals, readyPods, workload } from './tier.ts'

/** How many faults one message names. */
const NAMED = 3

/** @param progressing reason of that condition: what is under way is no fault */
export function degraded(findings: Findings, progressing: string): Statement<'Degraded'> {
  if (findings.admission.kind === 'invalid') {
    return { reason: 'NotAccepted', message: 'The spec is not accepted; what runs is from an earlier one' }
  }
  const faults = [
    ...findings.faults,
    ...podFaults(findings),
    ...unconfirmed(findings),
    ...missing(findings, progressing),
  ]
  const [first] = faults
  if (first === undefined) return { reason: 'AsExpected', message: 'Nothing is wrong' }
  const message = faults
    .slice(0, NAMED)
    .map((fault) => fault.message)
    .join('; ')
  const more = faults.length - NAMED
  return { reason: first.reason, message: more > 0 ? `${message}; and ${more} more` : message }
}

function podFaults({ pods, children }: Findings): Fault[] {
  const faults: Fault[] = pods.flatMap(({ trouble }) => trouble ?? [])
  const deployment = workload(children, 'Deployment')
  const refused = deployment && condition(deployment.status, 'ReplicaFailure')
  if (refused?.status === 'True') {
    faults.unshift({ reason: 'PodsRefused', message: `Routers cannot be created: ${text(refused.message)}` })
  }
  return faults
}

function unconfirmed({ scale, pods }: Findings): Fault[] {
  if (scale === undefined || !scale.overdue) return []
  const shrinks = scale.wait?.for === 'confirmation'
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

/** Pods that are not ready although nothing under way explains it, and that do not say why themselves. */
function missing({ pods, scale, admission }: Findings, progressing: string): Fault[] {
  if (scale === undefined || admission.kind !== 'accepted') return []
  if (progressing === 'Creating' || progressing === 'RollingOut') return []
  const explained = new Set(pods.filter(({ trouble }) => trouble !== undefined).map(({ name }) => name))
  const { memcached, name, routers } = admission.mcrouter
  const expected =
    scale.wait?.for === 'servers' ? scale.step.routed : Math.min(scale.step.servers, memcached.servers)
  const servers = notReady(readyOrdinals(pods), expected)
    .map((ordinal) => `${name}-memcached-${ordinal}`)
    .filter((server) => !explained.has(server))
  const faults: Fault[] = []
  if (servers.length > 0) faults.push({ reason: 'ServerNotReady', message: `${few(servers)} not ready` })
  const lacking = routers.replicas - readyPods(pods, 'mcrouter').length
  const unready = pods.filter((pod) => pod.component === 'mcrouter' && !pod.ready).map((pod) => pod.name)
  if (lacking > 0 && !unready.some((router) => explained.has(router))) {
    faults.push({
      reason: 'RouterNotReady',
      message: `${lacking} of ${routers.replicas} routers not ready: ${few(unready) || 'no pod'}`,
    })
  }
  return faults
}
