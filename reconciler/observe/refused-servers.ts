import { copyOfObject, poolOfObject } from '../../render/names.ts'
import type { ReconcileContext } from '../reconcile-context.ts'
import type { Problem } from '../reconcile-report.ts'
import type { Child } from './child.ts'
import { notesAbout } from './notes.ts'
import type { Pod } from './pod.ts'
import { serversOfCopy } from './tier.ts'

export interface RefusedServers {
  readonly problems: readonly Problem[]
  /** Infinity when none is missing. */
  readonly requeueAfterMs: number
}

/**
 * Why pods of a StatefulSet are refused by the API server (a quota, Pod Security, a webhook). Its status does not say:
 * nothing but the events of its controller does (FailedCreate, kubernetes pkg/controller/statefulset/stateful_pod_control.go).
 * A Deployment has a condition for it.
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
      child.kind === 'StatefulSet' &&
      lacksPods(
        child,
        serversOfCopy(pods, poolOfObject(metadata, child) ?? '', copyOfObject(metadata, child)),
      ),
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

async function refusals(context: ReconcileContext, statefulSet: Child): Promise<Problem[]> {
  const last = (await notesAbout(statefulSet, 'FailedCreate', context)).at(-1)
  const { name } = statefulSet.metadata
  return last === undefined ? [] : [{ reason: 'PodsRefused', message: `StatefulSet ${name}: ${last}` }]
}

/** The controller's status is a moment behind its pods, or minutes where it has much to do. */
function lacksPods({ metadata, status, replicas }: Child, servers: readonly Pod[]): boolean {
  const seen = (status.observedGeneration ?? 0) >= (metadata.generation ?? 0)
  const there = servers.filter(({ deleting }) => !deleting).length
  return seen && Math.max(status.replicas ?? 0, there) < replicas
}
