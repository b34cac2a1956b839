import type { EpochMs } from '../../process/clock.ts'
import type { JsonObject } from '../../schemas/json.ts'
import { count, record, text, time } from './untyped.ts'

/** The last end of a container that was started again. */
export interface Restart {
  /** How often since the pod was made. */
  readonly count: number
  /** Milliseconds since the epoch. */
  readonly at: EpochMs
  /** OOMKilled, Error, Completed, … */
  readonly reason: string
  readonly exitCode: number
}

/** Of a container status; undefined for one that has never ended, or whose last run did not even begin (StartError). */
export function restartIn({ restartCount, lastState }: JsonObject): Restart | undefined {
  const ended = record(record(lastState).terminated)
  const at = time(ended.finishedAt)
  const began = time(ended.startedAt) ?? 0
  if (count(restartCount) === 0 || at === undefined || began <= 0) return undefined
  return {
    count: count(restartCount),
    at,
    reason: text(ended.reason) || 'Error',
    exitCode: count(ended.exitCode),
  }
}

/** `OOMKilled, exit code 137` */
export function endingOf({ reason, exitCode }: Restart): string {
  return `${reason}, exit code ${exitCode}`
}
