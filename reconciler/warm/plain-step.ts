import type { EpochMs } from '../../process/clock.ts'
import { coldStep } from './cold-step.ts'
import { failure, isDone, order } from './copier-order.ts'
import { begun, isRecordOf, type ResizeRecord } from './resize-record.ts'
import { isOverdue, type WarmPatience, type WarmState, type WarmStep } from './warm-state.ts'

/** While routers use so many servers and no others: before the keys of a resize move, and after. */
export function plainStep(state: WarmState, servers: number, patience: WarmPatience, now: EpochMs): WarmStep {
  if (state.wanted === servers) return settled(state, servers, patience, now)
  const resize = { from: servers, to: state.wanted }
  const known = isRecordOf(state.record, resize) ? state.record : undefined
  const here = { routing: state.phase, size: state.wanted }
  const stopped = known?.gaveUp ?? state.cold
  if (stopped !== undefined) return coldStep(state, resize, known, stopped, patience, now)
  if (known === undefined) {
    if (!state.ready) return { ...here, copier: 'keep', record: state.record, wait: 'servers' }
    if (!state.confirmed && isOverdue(state, patience, now))
      return coldStep(state, resize, known, 'RoutersUnconfirmed', patience, now)
    // What routers run must leave the keys of new places alone: the copier begins by taking away what is there.
    if (!state.confirmed) return { ...here, copier: 'keep', record: state.record, wait: 'confirmation' }
    return { ...here, copier: 'keep', record: begun(resize, now), wait: 'copier' }
  }
  return copied(state, known, patience, now)
}

function copied(state: WarmState, record: ResizeRecord, patience: WarmPatience, now: EpochMs): WarmStep {
  const here = { routing: state.phase, size: state.wanted, record }
  const stopped = failure(state, record, 'copy', patience.resizeMs, patience, now)
  if (stopped !== undefined) return coldStep(state, record, record, stopped, patience, now)
  // A router that ran another phase may have come back meanwhile.
  if (!state.confirmed) return { ...here, copier: 'keep', wait: 'confirmation' }
  const copy = order(record, 'copy')
  if (!isDone(state, copy)) return { ...here, copier: copy, wait: 'copier' }
  if (!state.ready) return { ...here, copier: 'keep', wait: 'servers' }
  const { from, to } = record
  return { ...here, routing: { phase: 'mirror', from, to }, copier: 'keep', wait: 'confirmation' }
}

/** The pool has its size: what nobody can reach any more goes, so that no later resize finds it. */
function settled(state: WarmState, servers: number, patience: WarmPatience, now: EpochMs): WarmStep {
  const { record, purges, confirmed, running } = state
  const here = { routing: state.phase, size: servers }
  const done: WarmStep = { ...here, copier: undefined, record: undefined }
  if (record === undefined) return done
  const isCancelled = record.from === servers && record.copies && record.cleaned !== true
  // Servers that were added and are to go again have copies, for as long as they are there.
  if (isCancelled && record.to > servers)
    return running > servers ? { ...here, copier: undefined, record } : done
  const isGrown = record.to === servers && record.from < servers
  if (!purges || !(isGrown || isCancelled)) return done
  if (!confirmed) return { ...here, copier: 'keep', record, wait: 'confirmation' }
  const purge = order(record, isGrown ? 'purge' : 'clean')
  const isOver =
    isDone(state, purge) ||
    failure(state, record, purge.phase, Number.POSITIVE_INFINITY, patience, now) !== undefined
  return isOver ? done : { ...here, copier: purge, record, wait: 'copier' }
}
