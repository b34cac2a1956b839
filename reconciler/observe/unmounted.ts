import { CERTIFICATE_VOLUME, poolCertificates, routerCertificates } from '../../render/certificates.ts'
import type { Mcrouter } from '../../schemas/mcrouter.ts'
import type { ReconcileContext } from '../reconcile-context.ts'
import type { Problem } from '../reconcile-report.ts'
import { notesAbout } from './notes.ts'
import type { Pod } from './pod.ts'

export interface Unmounted {
  readonly problems: readonly Problem[]
  /** Infinity when every pod has its Secrets. */
  readonly requeueAfterMs: number
}

/** All pods of a tier wait for the same Secret: what is said of so many is enough. */
const ASKED = 3

/** It has not looked yet, and will in a moment: kubernetes pkg/kubelet/util/manager/watch_based_manager.go. */
const NOT_LOOKED = 'failed to sync secret cache'

/**
 * Which Secrets, or keys in them, pods wait for. The status of a pod does not say: nothing but the events of its kubelet do (FailedMount,
 * kubernetes pkg/volume/secret/secret.go), and Secrets themselves the operator may not read.
 */
export async function unmounted(
  context: ReconcileContext,
  mcrouter: Mcrouter,
  pods: readonly Pod[],
): Promise<Unmounted> {
  const { clock, state } = context
  const inquiry = state.unmounted
  const waiting = pods.filter(
    ({ running, ready, deleting, trouble }) => !running && !ready && !deleting && !trouble,
  )
  if (!mountsSecrets(mcrouter) || waiting.length === 0) {
    inquiry.clear()
    return { problems: [], requeueAfterMs: Number.POSITIVE_INFINITY }
  }
  const now = clock.monotonic()
  const dueMs = inquiry.dueAfter(now)
  if (dueMs > 0) return { problems: inquiry.problems, requeueAfterMs: dueMs }
  const found = await Promise.all(waiting.slice(0, ASKED).map((pod) => missing(context, pod)))
  const problems = found.flat().slice(0, 1)
  return { problems, requeueAfterMs: inquiry.answered(problems, now) }
}

function mountsSecrets(mcrouter: Mcrouter): boolean {
  const ofPools = mcrouter.pools.flatMap((pool) => poolCertificates(mcrouter, pool))
  return ofPools.length > 0 || routerCertificates(mcrouter).length > 0
}

async function missing(context: ReconcileContext, pod: Pod): Promise<Problem[]> {
  const notes = await notesAbout(pod, 'FailedMount', context)
  const last = notes.findLast(
    (note) => note.includes(`volume "${CERTIFICATE_VOLUME}`) && !note.includes(NOT_LOOKED),
  )
  return last === undefined
    ? []
    : [{ reason: 'CertificateMissing', message: `Pod ${pod.metadata.name} does not start: ${last}` }]
}
