import type { Pod } from '../../observe/pod.ts'
import type { Problem, ReconcileReport } from '../../reconcile-report.ts'
import { suspectedBy } from '../../vitals/pulse.ts'
import { few } from '../wording.ts'

/** Pods that kubelet calls Ready and that do not answer when asked. */
export function unresponsive({ pods, version, pulses = new Map() }: ReconcileReport): Problem[] {
  const asked = pods.filter(
    ({ metadata, ready, deleting }) => ready && !deleting && pulses.has(metadata.name),
  )
  const [servers, routers] = ['memcached', 'mcrouter'].map((tier) =>
    asked.filter(({ component }) => component === tier),
  )
  const isSilent = ({ metadata }: Pod) => pulses.get(metadata.name)?.state === 'silent'
  const isFull = ({ metadata }: Pod) => pulses.get(metadata.name)?.state === 'full'
  const isCrowded = ({ metadata }: Pod) => pulses.get(metadata.name)?.connections?.exhausted === true
  return [
    ...said(
      'RouterNotAnswering',
      routers?.filter(isSilent),
      'accepts connections and does not answer; it is evicted if that lasts and another answers',
    ),
    ...said(
      'ServerNotAnswering',
      servers?.filter(isSilent),
      'accepts connections and does not answer: look at its node. It is not restarted for that, since it comes back empty; delete the pod when you have given it up',
    ),
    ...(servers ?? []).flatMap((server) => {
      const by = suspectedBy(pulses, server.metadata.name)
      if (by.length === 0 || isSilent(server)) return []
      return said('ServerSuspected', [server], `is held for dead by ${few(by)}`)
    }),
    ...said(
      'ConnectionsExhausted',
      servers?.filter((pod) => isFull(pod) || isCrowded(pod)),
      `has no or few connections left: raise ${version.fieldPath('pool.maxConnections')}, or find who connects beside the routers`,
    ),
    ...said(
      'RouterConnectionsExhausted',
      routers?.filter(isFull),
      'takes no more clients and serves those that it has: it is out of connections',
    ),
    ...said(
      'RouterConnectionsExhausted',
      routers?.filter((pod) => !isFull(pod) && isCrowded(pod)),
      'has few connections left for clients',
    ),
  ]
}

function said(reason: Problem['reason'], pods: readonly Pod[] = [], what: string): Problem[] {
  return pods.length === 0
    ? []
    : [{ reason, message: `${few(pods.map(({ metadata }) => metadata.name))} ${what}` }]
}
