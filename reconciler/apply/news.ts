import type { News } from '../pass.ts'
import type { Change } from '../plan/plan.ts'
import type { Applied, Write } from './apply.ts'

/** `StatefulSet cache-memcached` */
export function nameOf(change: Change): string {
  const { kind, metadata } = 'manifest' in change ? change.manifest : change.child
  return `${kind} ${metadata.name}`
}

/**
 * What a person would want to know of the writes of a pass.
 *
 * @param drifted changes of what had been as desired, so that somebody else caused them
 */
export function newsOf(results: readonly Applied[], drifted: ReadonlySet<Write>): News[] {
  const written = results.filter((result) => result.kind === 'written')
  const ours = written.filter(({ change }) => !drifted.has(change))
  const corrections = written.filter(({ change }) => drifted.has(change)).map(correction)
  return [...changes(ours.map(({ change }) => change)), ...corrections, ...results.flatMap(single)]
}

function changes(written: readonly Write[]): News[] {
  const created = written.filter(({ action }) => action === 'create').map(nameOf)
  const configured = written.flatMap((write) =>
    write.action === 'configure' ? `${nameOf(write)} (${few(write.paths)})` : [],
  )
  const news: News[] = []
  if (created.length > 0)
    news.push({ type: 'Normal', reason: 'Created', note: `Created ${created.join(', ')}` })
  if (configured.length > 0)
    news.push({ type: 'Normal', reason: 'Configured', note: `Changed ${configured.join(', ')}` })
  return news
}

type Written = Extract<Applied, { readonly kind: 'written' }>

function correction(result: Written): News {
  return {
    type: 'Normal',
    reason: 'DriftCorrected',
    note: `${nameOf(result.change)} ${correctionOf(result)}`,
  }
}

function correctionOf({ change, met }: Written): string {
  if (change.action !== 'create') {
    const who = change.child.changedBy || 'somebody'
    const where = change.action === 'prune' ? '' : ` ${few(change.paths)}`
    return `was changed by ${who}; restored${where}`
  }
  return met ? 'had lost its labels; restored' : 'was deleted; recreated'
}

function single(result: Applied): News[] {
  const name = nameOf(result.change)
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

/** What to do about an object of somebody else that has the name of one of ours. */
export function strangerNote(what: string): string {
  return `${what} is in the way: it was not made for this Mcrouter, and stays as it is. Delete it or give the Mcrouter another name`
}

function few(paths: readonly string[]): string {
  return paths.length <= 3 ? paths.join(', ') : `${paths.slice(0, 3).join(', ')} and ${paths.length - 3} more`
}
