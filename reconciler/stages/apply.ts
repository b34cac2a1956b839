import type { MonotonicMs } from '../../process/clock.ts'
import { writtenVersion } from '../../schemas/written-version.ts'
import { type Applied, applyAll, type Write } from '../apply/apply.ts'
import { eventsOf, isEffective, strangerNote } from '../apply/events.ts'
import { stillInherits } from '../apply/still-inherits.ts'
import type { ApiError } from '../kube/connection/errors.ts'
import type { ObjectState } from '../object-state.ts'
import { type Child, transformChild } from '../observe/child.ts'
import { recordedIn } from '../observe/last-status.ts'
import { record, text } from '../observe/untyped.ts'
import { routersIn } from '../observe/workload.ts'
import { type Change, subjectOf } from '../plan/plan.ts'
import type { ReconcileContext } from '../reconcile-context.ts'
import type { Problem } from '../reconcile-report.ts'
import type { ReconcilerEvent } from '../reconciler-event.ts'
import { scaleEvents } from '../report/scale-events.ts'
import type { Issued } from './issue.ts'

export interface PlanApplied extends Issued {
  readonly applied: ApplyResult
}

/** What came of a plan. */
export interface ApplyResult {
  /** As they are now. */
  readonly children: readonly Child[]
  readonly faults: readonly Problem[]
  /** Kind and name of objects that are still to be changed. */
  readonly outstanding: readonly string[]
  /** Milliseconds after which to look again, because of something that sends no event; Infinity for nothing. */
  readonly requeueAfterMs: number
  readonly error: ApiError | undefined
}

/** What another controller does to objects of the Ansible operator sends no event, while other passes raise the back-off. */
const LONGEST_WAIT_MS = 5_000
/** What is not ours is not watched. */
const STRANGER_MS = 30_000

/** @throws ApiError when the namespace is being deleted */
export async function apply(context: ReconcileContext, planned: Issued): Promise<PlanApplied> {
  const applied = await applyPlan(context, planned)
  if (applied.error === undefined) recordScale(context, planned)
  return { ...planned, applied }
}

function recordScale({ mcrouter: stored, recordEvent }: ReconcileContext, planned: Issued): void {
  const { mcrouter, children, scaling } = planned
  const { pools, routers } = mcrouter
  const recorded = recordedIn(stored.status ?? {})
  const workloads = routersIn(children, mcrouter)
  const { fieldPath } = writtenVersion(stored.metadata)
  const progress = { scaling, pools, release: routers.release, fieldPath, recorded, routers: workloads }
  for (const event of scaleEvents(progress)) recordEvent(event)
}

/**
 * Makes the changes of a plan, but for those of objects that something else keeps changing back.
 *
 * @throws ApiError when the namespace is being deleted, or what pods inherit cannot be read or has changed since
 */
export async function applyPlan(
  context: ReconcileContext,
  { changes, fingerprint }: Pick<Issued, 'changes' | 'fingerprint'>,
): Promise<ApplyResult> {
  const { state } = context
  const now = context.clock.monotonic()
  const { appliedObjects, driftBackoff } = state
  appliedObjects.under(fingerprint)
  for (const change of changes) if (change.action === 'unchanged') appliedObjects.add(subjectOf(change))
  const writes = changes.filter(isWrite)
  const drifted = new Set(writes.filter((write) => appliedObjects.has(subjectOf(write))))
  const hold = (write: Write) => (drifted.has(write) ? driftBackoff.holdOff(subjectOf(write), now) : 0)
  const held = writes.filter((write) => hold(write) > 0)
  const free = writes.filter((write) => !held.includes(write))
  await stillInherits(context, free)
  const applied = await applyAll(context, free)
  const ending = applied.find((result) => result.kind === 'failed' && result.error.namespaceTerminating)
  if (ending?.kind === 'failed') {
    state.leaving = context.mcrouter.metadata.uid
    throw ending.error
  }
  const results = applied.map((result) => learn(state, result))
  for (const result of results) remember(state, result, drifted, now)
  const fights = held.map(fight)
  for (const event of [...eventsOf(results, drifted), ...fights.map(warning)]) context.recordEvent(event)
  return {
    children: [...changes.filter((change) => !isWrite(change)), ...held, ...results].flatMap(childAfter),
    faults: [...results.flatMap(problemOf), ...fights],
    outstanding: results.filter(isOutstanding).map(({ change }) => subjectOf(change)),
    requeueAfterMs: Math.min(...held.map(hold), ...results.map((result) => delayAfter(result, state))),
    error: results.find((result) => result.kind === 'failed')?.error,
  }
}

function isWrite(change: Change): change is Write {
  return change.action !== 'unchanged' && change.action !== 'wait'
}

/** A stranger's object is not waited for, but a person. */
function isOutstanding({ kind }: Applied): boolean {
  return kind === 'moved' || kind === 'waiting' || kind === 'failed'
}

function learn({ mutations }: ObjectState, result: Applied): Applied {
  if (result.kind !== 'written' || result.change.action === 'prune') return result
  return { ...result, mutation: mutations.learn(result.change.manifest, result.object) }
}

function remember(state: ObjectState, result: Applied, drifted: ReadonlySet<Write>, now: MonotonicMs): void {
  if (result.kind === 'pruned') state.writes.deleted(result.child.kind, result.child.metadata, now)
  if (result.kind !== 'written') return
  state.writes.wrote(result.object.kind, result.object.metadata, now)
  const name = subjectOf(result.change)
  if (drifted.has(result.change) && isEffective(result)) state.driftBackoff.corrected(name, now)
  state.appliedObjects.add(name)
}

function childAfter(one: Applied | Change): Child[] {
  if ('kind' in one && one.kind === 'written') return [transformChild(one.object)]
  const change = 'change' in one ? one.change : one
  return 'child' in change && change.action !== 'prune' ? [change.child] : []
}

function problemOf(result: Applied): Problem[] {
  const { change } = result
  const { kind } = change.action === 'prune' ? change.child : change.manifest
  if (result.kind === 'foreign') return [{ reason: 'NameConflict', message: strangerNote(result.what), kind }]
  if (result.kind !== 'failed' || result.error.aborted) return []
  const { message } = result.error
  const way = isTooLarge(change) ? TOO_LARGE : ''
  return [{ reason: 'ApplyFailed', message: `${subjectOf(change)}: ${message}${way}`, kind }]
}

/** Of a ConfigMap, in bytes: k8s.io/api/core/v1 MaxSecretSize, which is asked of both. */
const MOST_DATA = 2 ** 20

const TOO_LARGE =
  '; the configuration of the routers is larger than a ConfigMap can be, so that they keep the one before: have fewer copies or servers, or shorter names'

function isTooLarge(change: Write): boolean {
  if (change.action === 'prune' || change.manifest.kind !== 'ConfigMap') return false
  const texts = Object.values(record(change.manifest.data)).map(text)
  return texts.reduce((sum, one) => sum + Buffer.byteLength(one), 0) > MOST_DATA
}

function fight(write: Write): Problem {
  const who = 'child' in write && write.child.changedBy !== '' ? write.child.changedBy : 'something else'
  const what = write.action === 'configure' ? write.paths.slice(0, 3).join(', ') : 'the object itself'
  return {
    reason: 'FieldConflict',
    message: `${subjectOf(write)}: ${who} keeps changing ${what}, which the operator manages; corrections are now less frequent`,
  }
}

function warning({ message }: Problem): ReconcilerEvent {
  return { type: 'Warning', reason: 'FieldConflict', note: message }
}

function delayAfter(result: Applied, { conflicts }: ObjectState): number {
  const { kind } = result
  // One of several API servers may not know the kind yet, or no longer: where it has gone, a watch tells so.
  if (kind === 'withheld' && result.unserved) return conflicts.met()
  if (kind === 'moved') return conflicts.met()
  if (kind === 'waiting') return Math.min(conflicts.met(), LONGEST_WAIT_MS)
  return kind === 'foreign' ? STRANGER_MS : Number.POSITIVE_INFINITY
}
