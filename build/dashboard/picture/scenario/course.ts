import type { Minute } from './series.ts'

// A day and six hours of a made-up Mcrouter, so that the picture shows what the panels are for: one of two servers restarts, the pool
// grows to three, and at the end one router loses its way to the new server.

export const MINUTES = 30 * 60
/** What the picture shows of them: the last ones. */
export const SHOWN = 6 * 60

const RESTART = 1_560
export const RESTARTED = 1_566
export const SCALE = 1_680
export const SCALED = 1_688
export const CUT = 1_770

export const ROUTERS = ['sessions-7d9f4-k2xqp', 'sessions-7d9f4-w8znl']
export const SERVERS = ['sessions-memcached-0', 'sessions-memcached-1', 'sessions-memcached-2']
export const GUTTER = 'sessions-gutter-0'
export const DIGESTS = ['0c1d6b1f', '9ab3e7d2']

export const restarting = (minute: Minute) => minute >= RESTART && minute < RESTARTED
export const grown = (minute: Minute) => minute >= SCALED
export const exists = (ordinal: number, minute: Minute) =>
  ordinal < 2 ? !(ordinal === 1 && restarting(minute)) : minute >= SCALE + 3
/** A ripple without chance: the picture is the same each time it is drawn. */
export const ripple = (minute: Minute, seed: number) =>
  1 + 0.04 * Math.sin(minute / 7 + seed) + 0.03 * Math.sin(minute / 3.1 + 2 * seed)
export const load = (minute: Minute) => (4_000 + 1_500 * Math.sin((minute - 900) / 229)) * ripple(minute, 1)
/** What is missing to a server's hits some minutes after it was empty. */
export const emptiness = (minute: Minute, since: Minute) =>
  minute < since ? 0 : Math.exp((since - minute) / 40)

export function born(ordinal: number, minute: Minute): Minute {
  if (ordinal === 2) return SCALE + 3
  return ordinal === 1 && minute >= RESTARTED ? RESTARTED : -3_000
}

export function getsOf(ordinal: number, minute: Minute): number | undefined {
  if (!exists(ordinal, minute)) return undefined
  const servers = grown(minute) ? 3 : 2
  return ordinal < servers ? (0.9 * load(minute) * ripple(minute, ordinal)) / servers : 0
}

export function hitRatio(ordinal: number, minute: Minute): number {
  const empty = ordinal === 1 ? emptiness(minute, RESTARTED) : ordinal === 2 ? emptiness(minute, SCALED) : 0
  return (0.93 - 0.6 * empty) * (1 + 0.01 * Math.sin(minute / 11 + ordinal))
}
