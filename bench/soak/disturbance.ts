/** What is restarted; of the two reconcilers the one that leads or the one that waits. */
export type Part = 'server' | 'leader' | 'standby' | 'API server' | 'etcd' | 'controller manager'

export interface Disturbance {
  /** Milliseconds since the start of the soak. */
  readonly at: number
  readonly part: Part
  readonly signal: 'SIGTERM' | 'SIGKILL'
}

type Turn = readonly [Part, Disturbance['signal']]

const EARLY: readonly Turn[] = [
  ['server', 'SIGTERM'],
  ['leader', 'SIGTERM'],
  ['server', 'SIGKILL'],
  ['leader', 'SIGKILL'],
  ['API server', 'SIGTERM'],
  ['standby', 'SIGKILL'],
  ['etcd', 'SIGTERM'],
  ['controller manager', 'SIGKILL'],
  ['API server', 'SIGKILL'],
  ['leader', 'SIGKILL'],
  ['etcd', 'SIGKILL'],
  ['standby', 'SIGTERM'],
  ['controller manager', 'SIGTERM'],
  ['leader', 'SIGTERM'],
]
const LATE: readonly Turn[] = [
  ['leader', 'SIGKILL'],
  ['server', 'SIGKILL'],
  ['API server', 'SIGKILL'],
]

/** A server that is asked to stop drains for so long as it is called: a short soak has no time for that. */
const SHORT: readonly Turn[] = [
  ['server', 'SIGKILL'],
  ['leader', 'SIGTERM'],
]

/** In between nothing is restarted, so that memory has the time to grow if it does. */
const EARLY_UNTIL = 1 / 3
const LATE_FROM = 11 / 12
/** A leader that was killed is followed after the 15 seconds of its lease. */
const LEAST_APART_MS = 60_000

/** All that a long soak has time for; of a short one only what it must show. */
export function disturbancesFor(durationMs: number): readonly Disturbance[] {
  if (durationMs * EARLY_UNTIL < EARLY.length * LEAST_APART_MS) {
    return spread(SHORT, 0, durationMs)
  }
  return [...spread(EARLY, 0, durationMs * EARLY_UNTIL), ...spread(LATE, durationMs * LATE_FROM, durationMs)]
}

/** Evenly, and none at the very ends. */
function spread(turns: readonly Turn[], from: number, until: number): Disturbance[] {
  const apart = (until - from) / (turns.length + 1)
  return turns.map(([part, signal], index) => ({ at: from + (index + 1) * apart, part, signal }))
}
