import type { Inheritance } from '../schemas/inheritance.ts'
import { type Admitted, admit } from './admit.ts'
import { type ConvergeDeps, converge, type Result } from './converge.ts'
import { sayCrowded } from './crowded.ts'
import { sayAbandoned } from './deleted.ts'
import type { KubeApi, KubeObject } from './kube/api.ts'
import { ApiError } from './kube/connection/errors.ts'
import { parseKey } from './kube/key.ts'
import type { ObjectState, ObjectStates } from './object-state.ts'
import { type Caches, cachedMeta, type Observed, observe } from './observe/caches.ts'
import type { Outcome } from './outcome.ts'
import { isAhead } from './plan/fence.ts'
import type { ReconcileContext, ReconcilerEvent } from './reconcile-context.ts'
import { evictHung } from './vitals/evict.ts'
import { pulsesIn } from './vitals/recorded.ts'
import type { Vitals } from './vitals/vitals.ts'
import { writeStatus } from './write-status.ts'

export interface ReconcileDeps extends ConvergeDeps {
  readonly api: KubeApi
  /** Nothing by default. */
  readonly inherit?: Inheritance
  /** Namespace and name of this installation. */
  readonly operator: string
  readonly caches: Caches
  readonly memories: ObjectStates
  /** Undefined when pods are not to be asked. */
  readonly vitals: Vitals | undefined
  /** Why what is written now would not pass through the webhook; undefined when it does, or there is none. */
  readonly webhookClosed: () => string | undefined
  /** Makes an event of it. */
  readonly recordEvent: (about: KubeObject, news: ReconcilerEvent) => void
  /** Told of what went wrong in a pass over this Mcrouter without stopping it. */
  readonly onTrouble: (about: KubeObject, error: Error) => void
}

const DONE: Outcome = { kind: 'done' }
/** The caches are behind what was just written by somebody: they will not be for long. */
const SOON: Outcome = { kind: 'requeue', afterMs: 200 }

/**
 * One pass over the Mcrouter `key` (namespace/name): judge it, bring what runs one step nearer to it, write its status.
 * All is derived from what the caches and the routers say, so that a pass may be cut short anywhere and made again by
 * any process. Rejects only for faults of the program.
 */
export async function reconcile(key: string, deps: ReconcileDeps, signal: AbortSignal): Promise<Outcome> {
  const { caches, memories, api, inherit } = deps
  try {
    const observed = await observe(caches, parseKey(key), api, signal, inherit)
    return await passOver(key, observed, deps, signal)
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    return error.conflict
      ? { kind: 'requeue', afterMs: memories.of(key).conflicts.met() }
      : { kind: 'retry', error }
  }
}

async function passOver(
  key: string,
  observed: Observed,
  deps: ReconcileDeps,
  signal: AbortSignal,
): Promise<Outcome> {
  const { caches, memories, clock } = deps
  const { mcrouter } = observed
  if (mcrouter === undefined) return forget(key, deps)
  const context: ReconcileContext = {
    api: deps.api,
    mcrouter,
    signal,
    recordEvent: (news) => deps.recordEvent(mcrouter, news),
    onTrouble: (error) => deps.onTrouble(mcrouter, error),
  }
  if (mcrouter.metadata.deletionTimestamp !== undefined) return await abandon(key, context, deps)
  if (observed.crowded) return await leaveCrowded(key, context, deps)
  const memory = memories.of(key)
  if (memory.leaving === mcrouter.metadata.uid) return DONE
  const behind = memory.writes.outstanding((...object) => cachedMeta(caches, ...object), clock.monotonic())
  memory.waits = behind > 0
  if (memory.waits) return { kind: 'requeue', afterMs: behind, untried: true }
  memory.conflicts.begin()
  // What it wants is not known yet. To plan from what it wanted before could take servers away that it wants to keep.
  if (observed.children.some((child) => isAhead(child, mcrouter))) {
    return { kind: 'requeue', afterMs: memory.conflicts.met(), untried: true }
  }
  try {
    return await complete(key, context, observed, memory, deps)
  } catch (error) {
    if (!(error instanceof ApiError && error.namespaceTerminating)) throw error
    memory.leaving = mcrouter.metadata.uid
    return DONE
  }
}

function forget(key: string, { memories, vitals }: ReconcileDeps): Outcome {
  memories.forget(key)
  vitals?.forget(key)
  return DONE
}

async function abandon(key: string, context: ReconcileContext, deps: ReconcileDeps): Promise<Outcome> {
  forget(key, deps)
  try {
    await sayAbandoned(context, deps.clock.now())
    return DONE
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    // Gone after all, or with news that is on its way here.
    return error.notFound || error.conflict ? DONE : { kind: 'retry', error }
  }
}

/** An error, so that logs and metrics tell of it, with its back-off. */
async function leaveCrowded(
  key: string,
  context: ReconcileContext,
  { clock, vitals }: ReconcileDeps,
): Promise<Outcome> {
  vitals?.forget(key)
  const message = await sayCrowded(context, clock.now())
  return { kind: 'retry', error: new Error(message) }
}

async function complete(
  key: string,
  context: ReconcileContext,
  observed: Observed,
  memory: ObjectState,
  deps: ReconcileDeps,
): Promise<Outcome> {
  const admitted = await admit(context, memory, deps.clock.monotonic(), deps.webhookClosed(), deps.inherit)
  const { admission } = admitted
  if (admission.kind === 'normalising' && admission.problem === undefined) {
    // Its new version is on its way here, and no echo to be ignored.
    memory.waits = true
    return SOON
  }
  const result =
    admission.kind === 'accepted'
      ? await converge(context, admission.mcrouter, observed, memory, deps)
      : standstill(context, observed, admitted)
  const { pods } = observed
  const pulses = deps.vitals?.follow(key, pods, pulsesIn(context.mcrouter.status ?? {}))
  if (pulses !== undefined) await evictHung(context, memory, pods, pulses, deps.clock.monotonic())
  const statusMs = await writeStatus(context, { ...result.findings, pulses }, memory, deps)
  const afterMs = statusMs > 0 ? Math.min(statusMs, result.requeueAfterMs) : result.requeueAfterMs
  if (result.error !== undefined) return { kind: 'retry', error: result.error, withinMs: afterMs }
  if (statusMs > 0) return { kind: 'requeue', afterMs }
  if (admission.kind === 'invalid') return { kind: 'terminal', reason: 'the spec is not accepted' }
  return Number.isFinite(afterMs) ? { kind: 'requeue', afterMs } : DONE
}

/** What runs stays as it is while the spec is not accepted. */
function standstill(
  { mcrouter }: ReconcileContext,
  { children, pods }: Observed,
  { admission, error, requeueAfterMs = Number.POSITIVE_INFINITY }: Admitted,
): Result {
  const generation = mcrouter.metadata.generation ?? 0
  const findings = { generation, admission, children, pods, faults: [], outstanding: [], scale: undefined }
  return { findings, requeueAfterMs, error }
}
