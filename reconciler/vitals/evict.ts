import { ApiError } from '../kube/connection/errors.ts'
import { keyOf } from '../kube/object.ts'
import { pods as podResource } from '../kube/resources.ts'
import type { Pod } from '../observe/pod.ts'
import type { ReconcileContext } from '../reconcile-context.ts'
import type { Pulses } from './pulse.ts'

/** Twice in a row may be a node that is busy; the third reply comes a round later. */
const SILENCES = 3
/** What made one router hang may make the next one hang: their clients must not be cut off one after the other. */
const PAUSE_MS = 300_000

/**
 * Has a router replaced that hangs: kubelet's probe is answered by the kernel, and no image is known to have a program that
 * could ask mcrouter itself. Only a router that has answered this process before, or whose peers answer: otherwise the
 * network may be at fault.
 */
export async function evictHung(
  { api, clock, state, signal, recordEvent, onTrouble }: ReconcileContext,
  pods: readonly Pod[],
  pulses: Pulses,
): Promise<void> {
  const now = clock.monotonic()
  if (now - state.evictedAt < PAUSE_MS) return
  const routers = pods.filter(
    ({ component, ready, deleting }) => component === 'mcrouter' && ready && !deleting,
  )
  const answers = routers.some(({ metadata }) => pulses.get(metadata.name)?.state === 'answering')
  const hung = routers.find(({ metadata }) => {
    const pulse = pulses.get(metadata.name)
    return pulse?.state === 'silent' && pulse.silences >= SILENCES && (answers || pulse.hasAnswered)
  })
  if (hung === undefined) return
  state.evictedAt = now
  const { name, uid } = hung.metadata
  try {
    await api.evict(podResource, keyOf(hung), { uid, signal })
    const note = `Router ${name} accepts connections and does not answer: it is evicted, and another takes its place. Its clients connect anew`
    recordEvent({ type: 'Warning', reason: 'RouterEvicted', note })
  } catch (error) {
    // A disruption budget forbids it, or it has gone: Degraded names it for as long as it is there.
    if (!(error instanceof ApiError) || error.aborted) throw error
    if (!error.notFound && !error.conflict) onTrouble(error)
  }
}
