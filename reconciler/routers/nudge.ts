import type { EpochMs } from '../../process/clock.ts'
import { NUDGE_ANNOTATION } from '../../schemas/well-known.ts'
import { ApiError } from '../kube/connection/errors.ts'
import { keyOf } from '../kube/object.ts'
import { pods as podResource } from '../kube/resources.ts'
import type { Pod } from '../observe/pod.ts'
import { time } from '../observe/untyped.ts'
import type { ReconcileContext } from '../reconcile-context.ts'
import type { RouterState } from './confirm.ts'

/** kubelet may see the pod change before the ConfigMap: one nudge is not always enough, and each is a write. */
const AGAIN_MS = 5_000
const OVERDUE_AGAIN_MS = 60_000

/**
 * Makes kubelet look at the pods of routers that are behind: it syncs the volumes of a pod at once when the pod object
 * changes, and else about once a minute.
 * https://kubernetes.io/docs/tasks/configure-pod-container/configure-pod-configmap/#mounted-configmaps-are-updated-automatically
 */
export async function nudge(
  { api, signal, onTrouble }: ReconcileContext,
  pods: readonly Pod[],
  states: readonly RouterState[],
  config: { readonly digest: string; readonly overdue: boolean },
  now: EpochMs,
): Promise<void> {
  const behind = new Set(states.filter(({ runs }) => runs === 'old').map(({ pod }) => pod))
  const due = pods.filter((pod) => behind.has(pod.metadata.name) && isDue(pod.nudged, config, now))
  await Promise.all(
    due.map(async (pod) => {
      const { uid } = pod.metadata
      const annotations = { [NUDGE_ANNOTATION]: `${config.digest} ${new Date(now).toISOString()}` }
      try {
        await api.merge(podResource, keyOf(pod), { metadata: { uid, annotations } }, { signal })
      } catch (error) {
        // Without it the router follows a minute later.
        if (!(error instanceof ApiError) || error.aborted) throw error
        if (!error.notFound && !error.conflict) onTrouble(error)
      }
    }),
  )
}

function isDue(
  nudged: string,
  { digest, overdue }: { digest: string; overdue: boolean },
  now: EpochMs,
): boolean {
  const [nudgedFor, at] = nudged.split(' ')
  if (nudgedFor !== digest) return true
  return now - (time(at) ?? 0) >= (overdue ? OVERDUE_AGAIN_MS : AGAIN_MS)
}
