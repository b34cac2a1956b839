import { KINDS } from '../../../render/kinds.ts'
import { poolName } from '../../../routing/servers.ts'
import { TOPOLOGIES } from '../../../schemas/topologies.ts'
import type { Pod } from '../../observe/pod.ts'
import { notReady, readyOrdinals, readyPods } from '../../observe/tier.ts'
import type { Problem, ReconcileReport } from '../../reconcile-report.ts'
import { serves } from '../../vitals/view.ts'
import { few, plural } from '../wording.ts'
import type { Statement } from './condition.ts'

export function available({
  admission,
  scale,
  pods,
  pulses,
  faults,
}: ReconcileReport): Statement<'Available'> {
  const routers = readyPods(pods, 'mcrouter').length
  if (admission.kind !== 'accepted' || scale === undefined) return unaccepted(pods.length, routers)
  const taken = faults.find(isInTheWay)
  if (taken !== undefined) return { reason: 'NameConflict', message: taken.message }
  if (routers === 0) return { reason: 'NoRouter', message: 'No router is ready' }
  const answering = (pod: Pod) => pulses === undefined || serves(pulses, pod)
  const answeringRouters = readyPods(pods.filter(answering), 'mcrouter').length
  if (answeringRouters === 0) {
    return { reason: 'RoutersNotAnswering', message: `${plural(routers, 'router')} ready, and none answers` }
  }
  const { routed } = scale.step
  const { name, pools, topology } = admission.mcrouter
  const [pool] = pools
  const { port } = pool
  const podName = (ordinal: number) => `${poolName({ name }, pool.name)}-${ordinal}`
  const met = pods.filter((pod) => isMet(pod, port))
  const absent = notReady(readyOrdinals(met), routed)
  const missing = notReady(readyOrdinals(met.filter(answering)), routed)
  const spare = TOPOLOGIES[topology].tolerated(routed)
  if (missing.length > spare && absent.length < missing.length) {
    return {
      reason: 'ServersNotAnswering',
      message: `${plural(missing.length, 'server')} of ${routed} not answering: ${few(missing.map(podName))}`,
    }
  }
  if (missing.length > spare) {
    return {
      reason: 'ServersNotReady',
      message: `${plural(missing.length, 'server')} of ${routed} not ready on port ${port}: ${few(missing.map(podName))}`,
    }
  }
  return {
    reason: 'Serving',
    message: `${plural(answeringRouters, 'router')} and ${routed - missing.length} of ${plural(routed, 'server')} are ready`,
  }
}

/** Whether it listens where routers look for it: not while it has yet to restart for another port. */
function isMet(pod: Pod, port: number): boolean {
  return pod.component !== 'memcached' || pod.port === port
}

/** Whether clients or routers may reach somebody else's object: then our ready pods do not say what they get. */
function isInTheWay({ reason, kind }: Problem): boolean {
  return reason === 'NameConflict' && KINDS.get(kind ?? '')?.inRequestPath !== false
}

/** The objects of an earlier spec go on serving, but how many pods would be enough is unknown. */
function unaccepted(pods: number, routers: number): Statement<'Available'> {
  if (pods === 0) return { reason: 'NotAccepted', message: 'No spec has been accepted yet, so nothing runs' }
  return routers === 0
    ? { reason: 'NoRouter', message: 'No router is ready' }
    : {
        reason: 'Serving',
        message: `${plural(routers, 'router')} of an earlier spec ${routers === 1 ? 'is' : 'are'} ready`,
      }
}
