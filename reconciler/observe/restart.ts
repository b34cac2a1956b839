import type { EpochMs } from '../../process/clock.ts'
import type { ContainerStatus } from '../kube/built-in.ts'
import { time } from './untyped.ts'

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
export function restartIn({ restartCount = 0, lastState }: ContainerStatus): Restart | undefined {
  const { startedAt, finishedAt, reason, exitCode = 0 } = lastState?.terminated ?? {}
  const at = time(finishedAt)
  const began = time(startedAt) ?? 0
  if (restartCount === 0 || at === undefined || began <= 0) return undefined
  return { count: restartCount, at, reason: reason || 'Error', exitCode }
}

/** `OOMKilled, exit code 137` */
export function endingOf({ reason, exitCode }: Restart): string {
  return `${reason}, exit code ${exitCode}`
}
