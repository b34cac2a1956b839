import type { EpochMs } from '../../process/clock.ts'
import type { Resize } from '../../routing/resize.ts'
import { record } from '../observe/untyped.ts'

/**
 * What stands beside the configuration about a resize, and cannot be read from its text. Nothing goes wrong where it is lost: the
 * keys are copied again, or what nobody can reach stays where it is until the next resize.
 */
export interface ResizeRecord {
  /** Servers before and after. */
  readonly from: number
  readonly to: number
  readonly since: EpochMs
  /** Whether a copier may have made copies at new places, which age unless routers mirror. */
  readonly copies: boolean
  /** Why its keys are not copied, or not any more. */
  readonly gaveUp?: string
  /** Whether what was copied until then is gone again. */
  readonly cleaned?: true
}

/** A resize that begins, or of which nobody knows when it did. */
export function begun({ from, to }: Pick<Resize, 'from' | 'to'>, since: EpochMs): ResizeRecord {
  return { from, to, since, copies: true }
}

export function isRecordOf(
  record: ResizeRecord | undefined,
  { from, to }: Pick<Resize, 'from' | 'to'>,
): record is ResizeRecord {
  return record !== undefined && record.from === from && record.to === to
}

/** What the copier knows the resize by. */
export function resizeId({ from, to, since }: ResizeRecord): string {
  return `${from}-${to}-${since}`
}

/** As it is kept in an annotation. */
export function recordText(resize: ResizeRecord): string {
  const { from, to, since, copies, gaveUp, cleaned } = resize
  return JSON.stringify({ from, to, since, copies, gaveUp, cleaned })
}

/** Undefined for what is no such text. */
export function parseRecord(text: string | undefined): ResizeRecord | undefined {
  const { from, to, since, copies, gaveUp, cleaned } = fieldsOf(text)
  if (!isServers(from) || !isServers(to) || from === to) return undefined
  if (typeof since !== 'number' || !Number.isFinite(since) || typeof copies !== 'boolean') return undefined
  return {
    ...{ from, to, since, copies },
    ...(typeof gaveUp === 'string' && { gaveUp }),
    ...(cleaned === true && { cleaned }),
  }
}

function fieldsOf(text = ''): Readonly<Record<string, unknown>> {
  try {
    return record(JSON.parse(text))
  } catch {
    return {}
  }
}

function isServers(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1
}
