import type { EpochMs } from '../../process/clock.ts'
import type { Resize } from '../../routing/resize.ts'
import { failure, isDone, order } from './copier-order.ts'
import { plainStep } from './plain-step.ts'
import { begun, isRecordOf, type ResizeRecord } from './resize-record.ts'
import { isOverdue, type WarmPatience, type WarmState, type WarmStep } from './warm-state.ts'

/**
 * How far a pool may go on its way to another size without losing what it holds: copy, mirror, flip, then the new size
 * (docs/adr/0053-warm-resize.md).
 *
 * Each phase is published only when every router runs the one before, so that no two routers are ever further apart than neighbours. What
 * keeps keys from being copied has the pool resized in today's order, once what was copied until then is gone. A change
 * of mind goes back where reads have not moved yet, and is done after this resize where they have.
 */
export function warmStep(state: WarmState, patience: WarmPatience, now: EpochMs): WarmStep {
  const { phase } = state
  if (phase.phase === 'plain') return plainStep(state, phase.servers, patience, now)
  const known = isRecordOf(state.record, phase) ? state.record : begun(phase, now)
  return phase.phase === 'mirror'
    ? mirrored(state, phase, known, patience, now)
    : flipped(state, phase, known, patience, now)
}

function mirrored(
  state: WarmState,
  phase: Resize,
  record: ResizeRecord,
  patience: WarmPatience,
  now: EpochMs,
): WarmStep {
  const { wanted, cold, confirmed, ready } = state
  const size = wanted
  const back = { size, routing: { phase: 'plain', servers: phase.from }, wait: 'confirmation' } as const
  if (wanted !== phase.to) return { ...back, copier: 'keep', record }
  const stopped =
    record.gaveUp ??
    cold ??
    (confirmed ? failure(state, record, 'mirror', 2 * patience.resizeMs, patience, now) : undefined) ??
    (!confirmed && isOverdue(state, patience, now) ? 'RoutersUnconfirmed' : undefined)
  if (stopped !== undefined) return { ...back, copier: 'keep', record: { ...record, gaveUp: stopped } }
  const here = { size, routing: phase, record }
  if (!confirmed) return { ...here, copier: 'keep', wait: 'confirmation' }
  const copier = order(record, 'mirror')
  if (!isDone(state, copier)) return { ...here, copier, wait: 'copier' }
  if (!ready) return { ...here, copier: 'keep', wait: 'servers' }
  return { ...here, routing: { ...phase, phase: 'flip' }, copier: 'keep', wait: 'confirmation' }
}

/** Reads have moved, or are moving: there is no way back that would not find older values. */
function flipped(
  state: WarmState,
  phase: Resize,
  record: ResizeRecord,
  patience: WarmPatience,
  now: EpochMs,
): WarmStep {
  const here = { size: state.wanted, routing: phase, record }
  if (!state.confirmed) return { ...here, copier: 'keep', wait: 'confirmation' }
  const copier = order(record, 'flip')
  const isOver =
    isDone(state, copier) ||
    failure(state, record, 'flip', Number.POSITIVE_INFINITY, patience, now) !== undefined
  if (!isOver) return { ...here, copier, wait: 'copier' }
  return { ...here, routing: { phase: 'plain', servers: phase.to }, copier: 'keep', wait: 'confirmation' }
}
