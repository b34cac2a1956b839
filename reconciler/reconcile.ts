import { withLivePods } from './adoption/index.ts'
import type { KubeObject } from './kube/api.ts'
import { ApiError } from './kube/connection/errors.ts'
import { parseKey } from './kube/object.ts'
import type { ObjectStates } from './object-state.ts'
import { type Cached, type Caches, cachedMeta, observe } from './observe/caches.ts'
import type { Outcome } from './outcome.ts'
import { isAhead } from './plan/fence.ts'
import type { ReconcileContext, ReconcileOptions } from './reconcile-context.ts'
import type { ReconcilerEvent } from './reconciler-event.ts'
import { sayCrowded } from './report/crowded.ts'
import { sayAbandoned } from './report/deleted.ts'
import { admit } from './stages/admit.ts'
import { apply } from './stages/apply.ts'
import { confirm } from './stages/confirm.ts'
import { issue } from './stages/issue.ts'
import { plan } from './stages/plan.ts'
import { report, reportUnaccepted } from './stages/report.ts'
import { scale } from './stages/scale.ts'

export interface ReconcileDeps extends ReconcileOptions {
  readonly caches: Caches
  readonly objectStates: ObjectStates
  /** Makes an event of it. */
  readonly recordEvent: (about: KubeObject, event: ReconcilerEvent) => void
  /** Told of what went wrong in a pass over this Mcrouter without stopping it. */
  readonly onTrouble: (about: KubeObject, error: Error) => void
}

const DONE: Outcome = { kind: 'done' }
/** The caches lag behind a write that was just made: they catch up within this. */
const SOON: Outcome = { kind: 'requeue', afterMs: 200 }

/**
 * One pass over the Mcrouter `key` (namespace/name): judge it, bring what runs one step nearer to it, write its status.
 * All is derived from what the caches and the routers say, so that a pass may be cut short anywhere and made again by
 * any process. Rejects only for faults of the program.
 */
export async function reconcile(key: string, deps: ReconcileDeps, signal: AbortSignal): Promise<Outcome> {
  const { api, caches, inherit, kinds, objectStates } = deps
  try {
    const cached = await observe(caches, parseKey(key), api, signal, inherit, kinds)
    if (cached.stored === undefined) return forget(key, deps)
    const context = contextOf(key, cached.stored, deps, signal)
    if (cached.stored.metadata.deletionTimestamp !== undefined) return await abandon(context, deps)
    if (cached.crowded) return await leaveCrowded(context)
    return putOff(context, cached, deps) ?? (await pass(context, cached))
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    if (error.namespaceTerminating) return DONE
    return error.conflict
      ? { kind: 'requeue', afterMs: objectStates.of(key).conflicts.met() }
      : { kind: 'retry', error }
  }
}

/** The stages of a pass: each goes on from what the one before found, decided or did. */
async function pass(context: ReconcileContext, cached: Cached): Promise<Outcome> {
  const admitted = await admit(context, cached.children)
  const { admission } = admitted
  if (admission.kind === 'normalising' && admission.problem === undefined) return awaitEcho(context)
  // What is paused goes no further either.
  if (admission.kind !== 'accepted') return await reportUnaccepted(context, cached, admitted)
  const observed = await withLivePods(context, admission.mcrouter, cached)
  const scaled = await scale(context, admission.mcrouter, observed)
  const planned = plan(context, scaled)
  const issued = await issue(context, planned)
  const applied = await apply(context, issued)
  const confirmed = await confirm(context, applied)
  return await report(context, confirmed)
}

function contextOf(
  key: string,
  stored: KubeObject,
  deps: ReconcileDeps,
  signal: AbortSignal,
): ReconcileContext {
  const state = deps.objectStates.of(key)
  const mcrouter = state.unwritten.over(stored)
  return {
    ...deps,
    key,
    mcrouter,
    stored,
    state,
    signal,
    recordEvent: (event) => deps.recordEvent(mcrouter, event),
    onTrouble: (error) => deps.onTrouble(mcrouter, error),
  }
}

/** Why no pass can be made yet: the caches do not show what one needs to see. Undefined when they do. */
function putOff(
  { mcrouter, state, clock }: ReconcileContext,
  { children }: Cached,
  { caches }: ReconcileDeps,
): Outcome | undefined {
  if (state.leaving === mcrouter.metadata.uid) return DONE
  const behind = state.writes.outstanding((...object) => cachedMeta(caches, ...object), clock.monotonic())
  state.waits = behind > 0
  if (state.waits) return { kind: 'requeue', afterMs: behind, untried: true }
  state.conflicts.begin()
  // What it wants is not known yet. To plan from what it wanted before could take servers away that it wants to keep.
  const isBehind = children.some((child) => isAhead(child, mcrouter))
  return isBehind ? { kind: 'requeue', afterMs: state.conflicts.met(), untried: true } : undefined
}

/** Its new version is on its way here, and no echo to be ignored. */
function awaitEcho({ state }: ReconcileContext): Outcome {
  state.waits = true
  return SOON
}

function forget(key: string, { objectStates, vitals }: ReconcileDeps): Outcome {
  objectStates.forget(key)
  vitals?.forget(key)
  return DONE
}

async function abandon(context: ReconcileContext, deps: ReconcileDeps): Promise<Outcome> {
  forget(context.key, deps)
  try {
    await sayAbandoned(context)
    return DONE
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    // Gone after all, or with news that is on its way here.
    return error.notFound || error.conflict ? DONE : { kind: 'retry', error }
  }
}

/** An error, so that logs and metrics tell of it, with its back-off. */
async function leaveCrowded(context: ReconcileContext): Promise<Outcome> {
  context.vitals?.forget(context.key)
  const message = await sayCrowded(context)
  return { kind: 'retry', error: new Error(message) }
}
