import { ApiError } from '../kube/connection/errors.ts'
import { events } from '../kube/resources.ts'
import type { ReconcileContext } from '../reconcile-context.ts'
import type { Problem } from '../reconcile-report.ts'
import type { Child } from './child.ts'
import type { Pod } from './pod.ts'
import { count, text } from './untyped.ts'
import { workload } from './workload.ts'

/** A pod is made within milliseconds; the controller's event about one that is refused may take a second. */
const SUSPICIOUS_MS = 2_000
/** While they are missing, the events are looked at after half of the time that they have been, between these. */
const SOONEST_MS = 15_000
const LATEST_MS = 300_000

/** Pods of the StatefulSet of one Mcrouter that do not come into being. Times are monotonic milliseconds. */
export class MissingPods {
  /** Undefined while none is missing. */
  #missing:
    | { readonly since: number; readonly askedAt: number; readonly faults: readonly Problem[] }
    | undefined

  /**
   * Why the API server refuses them (a quota, Pod Security, a webhook). The status of the StatefulSet does not say: nothing
   * but the events of its controller does (FailedCreate, kubernetes pkg/controller/statefulset/stateful_pod_control.go).
   * A Deployment has a condition for it. Events are asked for and not watched: the API server keeps no cache of them, and
   * sends no bookmarks by which a watch that is quiet could be told from one that is dead.
   *
   * @param now monotonic milliseconds
   */
  async refusals(
    context: ReconcileContext,
    children: readonly Child[],
    pods: readonly Pod[],
    now: number,
  ): Promise<{ readonly faults: readonly Problem[]; readonly requeueAfterMs: number }> {
    const statefulSet = workload(children, 'StatefulSet')
    if (statefulSet === undefined || !lacksPods(statefulSet, pods)) {
      this.#missing = undefined
      return { faults: [], requeueAfterMs: Number.POSITIVE_INFINITY }
    }
    const { since, askedAt } = this.#missing ?? { since: now, askedAt: now + SUSPICIOUS_MS - SOONEST_MS }
    const due = askedAt + pauseAfter(askedAt - since) - now
    const before = this.#missing?.faults ?? []
    if (due > 0) {
      this.#missing = { since, askedAt, faults: before }
      return { faults: before, requeueAfterMs: due }
    }
    const faults = await refusalsOf(statefulSet, context)
    this.#missing = { since, askedAt: now, faults }
    return { faults, requeueAfterMs: pauseAfter(now - since) }
  }
}

function pauseAfter(missingMs: number): number {
  return Math.min(LATEST_MS, Math.max(SOONEST_MS, missingMs / 2))
}

async function refusalsOf(
  { metadata }: Child,
  { api, signal, onTrouble }: ReconcileContext,
): Promise<Problem[]> {
  const { namespace = '', name, uid } = metadata
  const fieldSelector = `regarding.uid=${uid},reason=FailedCreate`
  try {
    const found = await api.list(events, { namespace, fieldSelector, signal })
    const last = found.toSorted((one, other) => timeOf(one).localeCompare(timeOf(other))).at(-1)
    return last === undefined
      ? []
      : [{ reason: 'PodsRefused', message: `StatefulSet ${name}: ${text(last.note)}` }]
  } catch (error) {
    // The rest of the status is worth more than the reason for this part of it.
    if (!(error instanceof ApiError) || error.aborted) throw error
    onTrouble(error)
    return []
  }
}

/** The controllers still write events of core/v1, which have no eventTime. */
function timeOf(event: Readonly<Record<string, unknown>>): string {
  return text(event.eventTime) || text(event.deprecatedLastTimestamp)
}

/** The controller's status is a moment behind its pods, or minutes where it has much to do. */
function lacksPods({ metadata, status, replicas }: Child, pods: readonly Pod[]): boolean {
  const seen = count(status.observedGeneration) >= (metadata.generation ?? 0)
  const servers = pods.filter(({ component, deleting }) => component === 'memcached' && !deleting)
  return seen && Math.max(count(status.replicas), servers.length) < replicas
}
