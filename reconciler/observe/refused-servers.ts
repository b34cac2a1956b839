import { poolOfObject } from '../../render/names.ts'
import { ApiError } from '../kube/connection/errors.ts'
import { events } from '../kube/resources.ts'
import type { ReconcileContext } from '../reconcile-context.ts'
import type { Problem } from '../reconcile-report.ts'
import type { Child } from './child.ts'
import type { Pod } from './pod.ts'
import { serversOf } from './tier.ts'
import { text } from './untyped.ts'

export interface RefusedServers {
  readonly problems: readonly Problem[]
  /** Infinity when none is missing. */
  readonly requeueAfterMs: number
}

/**
 * Why pods of a StatefulSet are refused by the API server (a quota, Pod Security, a webhook). Its status does not say:
 * nothing but the events of its controller does (FailedCreate, kubernetes pkg/controller/statefulset/stateful_pod_control.go).
 * A Deployment has a condition for it. Events are asked for and not watched: the API server keeps no cache of them, and
 * sends no bookmarks by which a watch that is quiet could be told from one that is dead.
 */
export async function refusedServers(
  context: ReconcileContext,
  children: readonly Child[],
  pods: readonly Pod[],
): Promise<RefusedServers> {
  const { clock, state } = context
  const { missing } = state
  const { metadata } = context.mcrouter
  const lacking = children.filter(
    (child) =>
      child.kind === 'StatefulSet' && lacksPods(child, serversOf(pods, poolOfObject(metadata, child) ?? '')),
  )
  if (lacking.length === 0) {
    missing.clear()
    return { problems: [], requeueAfterMs: Number.POSITIVE_INFINITY }
  }
  const now = clock.monotonic()
  const dueMs = missing.dueAfter(now)
  if (dueMs > 0) return { problems: missing.problems, requeueAfterMs: dueMs }
  const problems = (await Promise.all(lacking.map((child) => refusals(context, child)))).flat()
  return { problems, requeueAfterMs: missing.answered(problems, now) }
}

async function refusals(
  { api, signal, onTrouble }: ReconcileContext,
  { metadata }: Child,
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
function lacksPods({ metadata, status, replicas }: Child, servers: readonly Pod[]): boolean {
  const seen = (status.observedGeneration ?? 0) >= (metadata.generation ?? 0)
  const there = servers.filter(({ deleting }) => !deleting).length
  return seen && Math.max(status.replicas ?? 0, there) < replicas
}
