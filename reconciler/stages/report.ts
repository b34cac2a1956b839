import { isIssued } from '../../schemas/tls.ts'
import { writtenVersion } from '../../schemas/written-version.ts'
import type { Issuance } from '../issuing/issuance.ts'
import { ApiError } from '../kube/connection/errors.ts'
import type { Cached } from '../observe/caches.ts'
import type { Pod } from '../observe/pod.ts'
import type { Outcome } from '../outcome.ts'
import { narrowedAfter } from '../plan/egress.ts'
import type { ReconcileContext } from '../reconcile-context.ts'
import type { Admission, ReconcileReport } from '../reconcile-report.ts'
import { lateAfter } from '../report/conditions/unready.ts'
import { consentProblems } from '../report/consent.ts'
import { calmAfter } from '../report/restarts.ts'
import { writeStatus } from '../report/write-status.ts'
import { askFor } from '../routers/confirm.ts'
import { pollAfter } from '../scaling/poll.ts'
import { evictHung } from '../vitals/evict.ts'
import { pulsesIn } from '../vitals/recorded.ts'
import type { Admitted } from './admit.ts'
import type { Confirmed } from './confirm.ts'
import { isPaused } from './paused.ts'

const NEVER = Number.POSITIVE_INFINITY
/** Nobody sees how it is until its status can be written: that is not tried again as late as what is refused for good. */
const UNWRITTEN_MS = 30_000

/** What a pass came to. */
interface Result {
  readonly report: ReconcileReport
  /** Milliseconds after which to look again even if nothing is heard; Infinity for never. */
  readonly requeueAfterMs: number
  /** Why the pass has to be made again; undefined when it succeeded. */
  readonly error: Error | undefined
}

/** Says what a pass found and did, in events and in the status, and when the next is due. Rejects with an ApiError. */
export async function report(context: ReconcileContext, confirmed: Confirmed): Promise<Outcome> {
  const {
    mcrouter,
    pods,
    scaling,
    again,
    inTurn,
    held,
    issued,
    applied,
    scale,
    refused,
    waiting,
    retiring,
    now,
  } = confirmed
  const { mcrouter: stored, state } = context
  for (const event of state.restarts.eventsOf(pods, mcrouter.pools, now)) context.recordEvent(event)
  return await publish(context, {
    report: {
      name: stored.metadata.name,
      generation: stored.metadata.generation ?? 0,
      admission: { kind: 'accepted', mcrouter },
      version: writtenVersion(stored.metadata),
      children: applied.children,
      pods,
      faults: [
        ...applied.faults,
        ...issued.problems,
        ...consentProblems(held),
        ...refused.problems,
        ...waiting.problems,
      ],
      outstanding: [...applied.outstanding, ...inTurn],
      scale,
    },
    requeueAfterMs: Math.min(
      applied.requeueAfterMs,
      issued.requeueAfterMs,
      refused.requeueAfterMs,
      waiting.requeueAfterMs,
      // Nothing tells when the last of them has ended: what the Ansible operator made is not watched.
      retiring ? state.conflicts.met() : NEVER,
      state.atOnce.after(again ? 0 : pollAfter(scaling, scale, now)),
      narrowedAt(context, confirmed),
      lateAfter(pods, now),
      calmAfter(pods, now),
    ),
    error: applied.error,
  })
}

/** In how many milliseconds policies can be narrowed without a router that says so. */
function narrowedAt({ confirm, timeouts }: ReconcileContext, { mcrouter, applied, now }: Confirmed): number {
  return askFor(confirm, mcrouter) === undefined
    ? narrowedAfter(applied.children, timeouts.confirmMs, now)
    : NEVER
}

/** The same where the spec is not accepted: what runs stays as it is. */
export async function reportUnaccepted(
  context: ReconcileContext,
  { children, pods }: Cached,
  { admission, error, requeueAfterMs = NEVER }: Admitted,
): Promise<Outcome> {
  const { metadata } = context.mcrouter
  const { name, generation = 0 } = metadata
  const nothing = { faults: [], outstanding: [], scale: undefined }
  const version = writtenVersion(metadata)
  const found = { name, generation, version, admission, children, pods, ...nothing }
  return await publish(context, { report: found, requeueAfterMs, error })
}

async function publish(
  context: ReconcileContext,
  { report, requeueAfterMs, error }: Result,
): Promise<Outcome> {
  const { key, mcrouter, state, vitals } = context
  const { admission, pods } = report
  const maxConnections = admission.kind === 'accepted' ? admission.mcrouter.routers.maxConnections : undefined
  const pulses = vitals?.follow(
    key,
    withIssued(pods, admission, state.issuance),
    pulsesIn(mcrouter.status ?? {}),
    maxConnections,
  )
  if (pulses !== undefined && !isPaused(context)) await evictHung(context, pods, pulses)
  // The next pass is due at once and knows more: nobody is to wait for a status that is out of date when it is written.
  state.unsaid = error === undefined && requeueAfterMs <= 0 && !state.unsaid
  if (state.unsaid) return { kind: 'requeue', afterMs: 0 }
  const { afterMs: statusMs, error: unwritten } = await tryStatus(context, { ...report, pulses })
  const afterMs = statusMs > 0 ? Math.min(statusMs, requeueAfterMs) : requeueAfterMs
  const failure = error ?? unwritten
  if (failure !== undefined) return { kind: 'retry', error: failure, withinMs: afterMs }
  if (statusMs > 0) return { kind: 'requeue', afterMs }
  if (admission.kind === 'invalid') return { kind: 'terminal', reason: 'the spec is not accepted' }
  return Number.isFinite(afterMs) ? { kind: 'requeue', afterMs } : { kind: 'done' }
}

/** Servers whose certificate is the operator's, and which one it is by now. */
function withIssued(pods: readonly Pod[], admission: Admission, { notAfter }: Issuance): readonly Pod[] {
  if (notAfter === undefined || admission.kind !== 'accepted') return pods
  const issued = new Set(admission.mcrouter.pools.filter(isIssued).map(({ name }) => name))
  return pods.map((pod) => (issued.has(pod.pool) ? { ...pod, issuedUntil: notAfter } : pod))
}

/** What else the pass has come to counts although its status cannot be written. Rejects with an ApiError that ends a pass. */
async function tryStatus(
  context: ReconcileContext,
  found: ReconcileReport,
): Promise<{ readonly afterMs: number; readonly error?: ApiError }> {
  try {
    return { afterMs: await writeStatus(context, found) }
  } catch (error) {
    if (!(error instanceof ApiError) || error.conflict || error.namespaceTerminating) throw error
    return { afterMs: UNWRITTEN_MS, error }
  }
}
