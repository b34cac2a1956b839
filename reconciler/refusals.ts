import { workload } from './conditions/tier.ts'
import type { Fault } from './findings.ts'
import { events } from './kube/resources.ts'
import type { Memory } from './memory.ts'
import type { Child } from './observe/child.ts'
import { count, text } from './observe/reading.ts'
import type { Pass } from './pass.ts'

/** A pod is made within milliseconds; the controller's event about one that is refused may take a second. */
const SUSPICIOUS_MS = 2_000

/** While pods are missing, how often to look, in milliseconds. */
export const LOOK_AGAIN_MS = 15_000

/**
 * Why pods of the StatefulSet are refused by the API server (a quota, Pod Security, a webhook). Its status does not say:
 * nothing but the events of its controller does (FailedCreate, kubernetes pkg/controller/statefulset/stateful_pod_control.go).
 * A Deployment has a condition for it.
 *
 * @param now monotonic milliseconds
 */
export async function refusedServers(
  { api, signal }: Pass,
  memory: Memory,
  children: readonly Child[],
  now: number,
): Promise<{ readonly faults: readonly Fault[]; readonly lookAgainMs: number }> {
  const statefulSet = workload(children, 'StatefulSet')
  if (statefulSet === undefined || !lacksPods(statefulSet)) {
    memory.missingSince = undefined
    return { faults: [], lookAgainMs: Number.POSITIVE_INFINITY }
  }
  memory.missingSince ??= now
  const suspicious = memory.missingSince + SUSPICIOUS_MS - now
  if (suspicious > 0) return { faults: [], lookAgainMs: suspicious }
  const { namespace = '', name, uid } = statefulSet.metadata
  const fieldSelector = `regarding.uid=${uid},reason=FailedCreate`
  const found = await api.list(events, { namespace, fieldSelector, signal })
  const last = found.toSorted((one, other) => text(one.eventTime).localeCompare(text(other.eventTime))).at(-1)
  const faults: Fault[] =
    last === undefined ? [] : [{ reason: 'PodsRefused', message: `StatefulSet ${name}: ${text(last.note)}` }]
  return { faults, lookAgainMs: LOOK_AGAIN_MS }
}

function lacksPods({ metadata, status, replicas }: Child): boolean {
  const seen = count(status.observedGeneration) >= (metadata.generation ?? 0)
  return seen && count(status.replicas) < replicas
}
