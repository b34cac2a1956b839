import type { KubeObject } from '../kube/api.ts'
import { ApiError } from '../kube/errors.ts'
import { keyOf } from '../kube/key.ts'
import type { Child } from '../observe/child.ts'
import type { Pass } from '../pass.ts'
import type { Change } from '../plan/plan.ts'
import { type Encounter, encounter } from '../takeover/encounter.ts'
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
  | Encounter
  | { readonly kind: 'pruned'; readonly child: Child }
  | { readonly kind: 'failed'; readonly error: ApiError }
)

/** Makes changes, all at the same time: no object of a Mcrouter needs another to exist first. Never rejects with an ApiError. */
export function applyAll(pass: Pass, changes: readonly Write[]): Promise<Applied[]> {
  return Promise.all(changes.map((change) => applyOne(pass, change)))
}

async function applyOne(pass: Pass, change: Write): Promise<Applied> {
  try {
    return { change, ...(await attempt(pass, change)) }
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    return error.conflict || error.alreadyExists
      ? { change, kind: 'moved' }
      : { change, kind: 'failed', error }
  }
}

async function attempt(pass: Pass, change: Write): Promise<Encounter | { kind: 'pruned'; child: Child }> {
  switch (change.action) {
    case 'create':
      return await orEncounter(pass, change, 'conflict', () => createNew(pass, change.manifest))
    case 'configure':
      return await orEncounter(pass, change, 'immutable', () =>
        configure(pass, change.manifest, change.child.metadata),
      )
    case 'recreate':
      return await encounter(pass, change.manifest)
    case 'prune': {
      const { child } = change
      const { uid, resourceVersion } = child.metadata
      await pass.api.delete(resourceOf(child), keyOf(child), { uid, resourceVersion, signal: pass.signal })
      return { kind: 'pruned', child }
    }
  }
}

async function orEncounter(
  pass: Pass,
  { manifest }: Extract<Write, { action: 'create' | 'configure' }>,
  unless: 'conflict' | 'immutable',
  write: () => Promise<KubeObject>,
): Promise<Encounter> {
  try {
    return { kind: 'written', object: await write() }
  } catch (error) {
    if (error instanceof ApiError && error[unless]) return await encounter(pass, manifest)
    throw error
  }
}
