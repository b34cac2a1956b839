import { type ExistingObject, resolveExisting, resolveFormer } from '../adoption/index.ts'
import type { KubeObject } from '../kube/api.ts'
import { ApiError } from '../kube/connection/errors.ts'
import { keyOf } from '../kube/object.ts'
import type { Child } from '../observe/child.ts'
import type { Change } from '../plan/plan.ts'
import { refersTo } from '../plan/references.ts'
import type { ReconcileContext } from '../reconcile-context.ts'
import { configure, createNew, resourceOf } from '../write.ts'
import type { Mutation } from './mutations.ts'

/** A change that needs a call. */
export type Write = Exclude<Change, { action: 'unchanged' | 'wait' }>

/** What came of a change. */
export type Applied = {
  readonly change: Write
  /** What admission made of what was written, where it is something else. */
  readonly mutation?: Mutation | undefined
} & (
  | ExistingObject
  | { readonly kind: 'pruned'; readonly child: Child }
  /** It refers to an object that is somebody else's, or its optional kind is `unserved` by an API server; it was not written. */
  | { readonly kind: 'withheld'; readonly unserved?: true }
  | { readonly kind: 'failed'; readonly error: ApiError }
)

/**
 * Makes changes, at the same time as far as that goes: an object that refers to others by name is written once these are known
 * to be ours. Who may write Mcrouters so cannot have pods mount what they may not read. Never rejects with an ApiError.
 */
export function applyAll(context: ReconcileContext, changes: readonly Write[]): Promise<Applied[]> {
  const results = new Map<Write, Promise<Applied>>()
  const unknown = changes.filter(isUnknown)
  const once = (change: Write): Promise<Applied> => {
    const result = results.get(change) ?? inTurn(change)
    results.set(change, result)
    return result
  }
  const inTurn = async (change: Write): Promise<Applied> => {
    const isReferred = ({ manifest }: Unknown) =>
      change.action !== 'prune' &&
      refersTo(context.mcrouter.metadata, change.manifest, manifest, context.kinds)
    const met = await Promise.all(unknown.filter(isReferred).map(once))
    return met.some(isInTheWay) ? { change, kind: 'withheld' } : await applyOne(context, change)
  }
  return Promise.all(changes.map(once))
}

function isOptional({ kinds }: ReconcileContext, change: Write): boolean {
  const { kind } = change.action === 'prune' ? change.child : change.manifest
  return kinds.get(kind)?.optional === true
}

/** It may turn out to be somebody else's. */
type Unknown = Extract<Write, { action: 'create' | 'recreate' }>

function isUnknown(change: Write): change is Unknown {
  return change.action === 'create' || change.action === 'recreate'
}

function isInTheWay({ kind }: Applied): boolean {
  return kind === 'foreign' || kind === 'withheld'
}

async function applyOne(context: ReconcileContext, change: Write): Promise<Applied> {
  try {
    return { change, ...(await attempt(context, change)) }
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    const refusal =
      change.action === 'prune'
        ? undefined
        : context.state.trafficDistribution.refusal(change.manifest, error)
    if (refusal !== undefined) {
      if (refusal.lost !== undefined) context.recordEvent(refusal.lost)
      return { change, kind: 'moved' }
    }
    // Its CRD is gone (404), or going (405); the watch that tells so may be seconds behind.
    const isGone = error.notFound || error.status === 405
    if (isGone && isOptional(context, change)) return { change, kind: 'withheld', unserved: true }
    return error.conflict || error.alreadyExists
      ? { change, kind: 'moved' }
      : { change, kind: 'failed', error }
  }
}

async function attempt(
  context: ReconcileContext,
  change: Write,
): Promise<ExistingObject | { kind: 'pruned'; child: Child }> {
  switch (change.action) {
    case 'create': {
      const { manifest } = change
      const create = () => createNew(context, manifest)
      return (
        (await resolveFormer(context, manifest)) ?? (await orEncounter(context, change, 'conflict', create))
      )
    }
    case 'configure':
      return await orEncounter(context, change, 'immutable', () =>
        configure(context, change.manifest, change.child.metadata),
      )
    case 'recreate':
      return await resolveExisting(context, change.manifest)
    case 'prune': {
      const { child } = change
      const { uid, resourceVersion } = child.metadata
      await context.api.delete(resourceOf(context.kinds, child), keyOf(child), {
        uid,
        resourceVersion,
        signal: context.signal,
      })
      return { kind: 'pruned', child }
    }
  }
}

async function orEncounter(
  context: ReconcileContext,
  { manifest }: Extract<Write, { action: 'create' | 'configure' }>,
  unless: 'conflict' | 'immutable',
  write: () => Promise<KubeObject>,
): Promise<ExistingObject> {
  try {
    return { kind: 'written', object: await write() }
  } catch (error) {
    if (error instanceof ApiError && error[unless]) return await resolveExisting(context, manifest)
    throw error
  }
}
