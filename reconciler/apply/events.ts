import { isOwnersVersion } from '../plan/owner.ts'
import { subjectOf } from '../plan/plan.ts'
import type { ReconcilerEvent } from '../reconciler-event.ts'
import type { Applied, Write } from './apply.ts'

/**
 * What a person would want to know of the writes of a pass.
 *
 * @param drifted changes of what had been as desired, so that somebody else caused them
 */
export function eventsOf(results: readonly Applied[], drifted: ReadonlySet<Write>): ReconcilerEvent[] {
  const written = results.filter((result) => result.kind === 'written')
  const effective = written.filter(isEffective)
  const ours = effective.filter(({ change }) => !drifted.has(change))
  const corrections = effective.filter(({ change }) => drifted.has(change)).map(correction)
  return [...changes(ours), ...corrections, ...written.flatMap(mutated), ...results.flatMap(single)]
}

/** Whether a write changed something: what admission changes back each time was as it is before. */
export function isEffective(written: Applied): boolean {
  return written.change.action !== 'configure' || pathsOf(written).length > 0
}

/** Where a write made the object what was applied. */
function pathsOf({ change, mutation }: Applied): string[] {
  const paths = 'paths' in change ? change.paths : []
  return paths.filter((path) => !mutation?.paths.includes(path))
}

function changes(written: readonly Written[]): ReconcilerEvent[] {
  const created = written.flatMap(({ change }) => (change.action === 'create' ? subjectOf(change) : []))
  const configured = written.flatMap((one) =>
    // An upgrade of the operator may name the same owner in another version: nothing that anybody would look for.
    one.change.action === 'configure' && !pathsOf(one).every(isOwnersVersion)
      ? `${subjectOf(one.change)} (${few(pathsOf(one))})`
      : [],
  )
  const events: ReconcilerEvent[] = []
  if (created.length > 0)
    events.push({ type: 'Normal', reason: 'Created', note: `Created ${created.join(', ')}` })
  if (configured.length > 0)
    events.push({ type: 'Normal', reason: 'Configured', note: `Changed ${configured.join(', ')}` })
  return events
}

type Written = Extract<Applied, { readonly kind: 'written' }>

function correction(result: Written): ReconcilerEvent {
  return {
    type: 'Normal',
    reason: 'DriftCorrected',
    note: `${subjectOf(result.change)} ${correctionOf(result)}`,
  }
}

function correctionOf(written: Written): string {
  const { change, met } = written
  if (change.action !== 'create') {
    const who = change.child.changedBy || 'somebody'
    const where = change.action === 'prune' ? '' : ` ${few(pathsOf(written))}`
    return `was changed by ${who}; restored${where}`
  }
  return met ? 'had lost its labels or its owner; restored' : 'was deleted; recreated'
}

/** Said once of each object and its fields: it happens at every write. */
function mutated({ change, mutation }: Written): ReconcilerEvent[] {
  if (mutation === undefined || !mutation.isNew) return []
  const by = mutation.by.length > 0 ? ` (${few(mutation.by)})` : ''
  const note = `${subjectOf(change)}: admission${by} changed ${few(mutation.paths)} of what was applied; it is accepted`
  return [{ type: 'Normal', reason: 'Mutated', note }]
}

function single(result: Applied): ReconcilerEvent[] {
  const name = subjectOf(result.change)
  switch (result.kind) {
    case 'pruned':
      return [
        { type: 'Normal', reason: 'Pruned', note: `Deleted ${name}, which the Mcrouter no longer needs` },
      ]
    case 'failed':
      return [{ type: 'Warning', reason: 'ApplyFailed', note: `${name}: ${result.error.message}` }]
    case 'foreign':
      return [{ type: 'Warning', reason: 'NameConflict', note: strangerNote(result.what) }]
    default:
      return []
  }
}

/** What to do about an object of somebody else that has the name of one of ours: it may be one that a cluster lives by. */
export function strangerNote(what: string, way = 'Give the Mcrouter another name'): string {
  return `${what} is in the way: it was not made for this Mcrouter, and stays as it is. ${way}`
}

function few(paths: readonly string[]): string {
  return paths.length <= 3 ? paths.join(', ') : `${paths.slice(0, 3).join(', ')} and ${paths.length - 3} more`
}
