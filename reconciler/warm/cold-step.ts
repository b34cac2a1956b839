import type { EpochMs } from '../../process/clock.ts'
import type { Resize } from '../../routing/resize.ts'
import { failure, isDone, order } from './copier-order.ts'
import type { ResizeRecord } from './resize-record.ts'
import { isOverdue, type WarmPatience, type WarmState, type WarmStep } from './warm-state.ts'

/**
 * In today's order, once old values at new places are gone: copies that were made until it was given up, and of a pool that shrinks what
 * its servers had from when it was as small before.
 *
 * @param known what is recorded of this very resize
 * @param reason why its keys are not copied
 */
export function coldStep(
  state: WarmState,
  { from, to }: Pick<Resize, 'from' | 'to'>,
  known: ResizeRecord | undefined,
  reason: string,
  patience: WarmPatience,
  now: EpochMs,
): WarmStep {
  const fresh = { from, to, since: now, copies: hasCopies(state.record, from) }
  const record: ResizeRecord = { ...(known ?? fresh), gaveUp: reason }
  const here = { routing: state.phase, size: state.wanted, record }
  const copied = record.copies && record.cleaned !== true
  if (!copied && (to > from || !state.purges || record.cleaned)) return onward(state, record)
  if (!state.confirmed) {
    // Nothing is worse for it than it is today.
    if (!copied && isOverdue(state, patience, now)) return onward(state, record)
    return { ...here, copier: 'keep', wait: 'confirmation' }
  }
  const clean = order(record, 'clean')
  if (isDone(state, clean)) return onward(state, { ...record, cleaned: true })
  const isHopeless =
    !state.purges || failure(state, record, 'clean', Number.POSITIVE_INFINITY, patience, now) !== undefined
  if (!isHopeless) return { ...here, copier: known === undefined ? 'keep' : clean, wait: 'copier' }
  return copied && to > from ? emptied(state, from, record) : onward(state, record)
}

/** Routers use none of the servers that were added: those that take their place are empty. */
function emptied(state: WarmState, from: number, record: ResizeRecord): WarmStep {
  if (state.running <= from) return onward(state, { ...record, cleaned: true }, false)
  return { routing: state.phase, size: from, record, copier: 'keep', wait: 'servers' }
}

/** The size as it is wanted, as soon as there are servers for it. */
function onward(state: WarmState, record: ResizeRecord, ready = state.ready): WarmStep {
  const { phase, wanted, purges } = state
  const copier = purges ? 'keep' : undefined
  if (!ready) return { routing: phase, size: wanted, record, copier, wait: 'servers' }
  return { routing: { phase: 'plain', servers: wanted }, size: wanted, record, copier, wait: 'confirmation' }
}

/** Whether another resize from here was given up or cancelled that has left copies. */
function hasCopies(record: ResizeRecord | undefined, from: number): boolean {
  return record !== undefined && record.from === from && record.copies && record.cleaned !== true
}
