import type { EpochMs } from '../../../process/clock.ts'
import type { KubeObject, ObjectKey } from '../api.ts'
import { type Happening, type Occurrences, type Reference, referenceTo } from './event.ts'

/** The same thing happening to the same object: one Event. */
export interface Series {
  readonly id: string
  /** What has it in common with others with which it takes turns. */
  readonly flow: string
  readonly key: Required<ObjectKey>
  readonly regarding: Reference
  readonly happening: Happening
  occurrences: Occurrences
  /** The count that the API server has; 0 when it has no such Event. */
  written: number
  /** Whether it waits to be written, is being written, or is to be written once more after that. */
  phase: 'idle' | 'waiting' | 'writing' | 'again'
}

// client-go's tools/events/event_broadcaster.go: the same thing after 6 minutes of silence is a new event.
const SERIES_ENDS_MS = 6 * 60_000

/** @param random 0 ≤ n < 1, for a name that no other Event has */
export function begin(
  about: KubeObject,
  happening: Happening,
  now: EpochMs,
  random: number,
): Omit<Series, 'id' | 'flow'> {
  const regarding = referenceTo(about)
  const unique = Math.floor(random * 2 ** 32).toString(16)
  return {
    key: {
      // Where Events about cluster-scoped objects live (kubernetes pkg/apis/core/validation/events.go).
      namespace: regarding.namespace ?? 'default',
      name: `${regarding.name.slice(0, 200)}.${now.toString(16)}${unique}`,
    },
    regarding,
    happening,
    occurrences: { count: 1, firstAt: now, lastAt: now },
    written: 0,
    phase: 'idle',
  }
}

export function hasEnded({ occurrences }: Series, now: EpochMs): boolean {
  return now - occurrences.lastAt >= SERIES_ENDS_MS
}
