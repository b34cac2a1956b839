import type { EpochMs } from '../../process/clock.ts'
import type { CopierOrder, CopierPhase } from './copier.ts'
import { type ResizeRecord, resizeId } from './resize-record.ts'
import type { WarmPatience, WarmState } from './warm-state.ts'

export function order(record: ResizeRecord, phase: CopierPhase): CopierOrder {
  return { id: resizeId(record), phase, from: record.from, to: record.to }
}

export function isDone({ copier: { progress } }: WarmState, { id, phase }: CopierOrder): boolean {
  return progress?.id === id && progress.phase === phase && progress.state === 'done'
}

/** Why the copier will not come to the end of a phase; undefined while it may. */
export function failure(
  { copier: { progress, silentSince } }: WarmState,
  record: ResizeRecord,
  phase: CopierPhase,
  withinMs: number,
  { copierMs }: WarmPatience,
  now: EpochMs,
): string | undefined {
  const isOfThis = progress?.id === resizeId(record) && progress.phase === phase
  if (isOfThis && progress.state === 'gaveUp') return progress.code ?? 'CopierGaveUp'
  if (silentSince !== undefined && now - silentSince >= copierMs) return 'CopierUnreachable'
  const isEnded = isOfThis && progress.state === 'done'
  return !isEnded && now - record.since >= withinMs ? 'TooSlow' : undefined
}
