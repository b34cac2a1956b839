import type { EpochMs } from '../../process/clock.ts'
import type { ScaleStep } from '../../render/rendering.ts'

/** The state of a pool, as far as scaling it is concerned. Nothing in it is remembered: all of it can be read again. */
export interface PoolState {
  /** Servers that the spec asks for; 0 for a pool that it no longer has. */
  readonly wanted: number
  /** Servers that run or are about to: replicas of the StatefulSet, or highest ordinal of a pod where there is none; 0 for none. */
  readonly running: number
  /** Servers in the published configuration; undefined while none is published. */
  readonly routed: number | undefined
  /** Servers that the status says are routed to, for the time in which nothing is published; undefined where it says nothing. */
  readonly recorded?: number | undefined
  /** Ordinals of the servers that are Ready. */
  readonly ready: ReadonlySet<number>
  /** Whether the StatefulSet was written from this very spec: no older decision can take servers away from then on. */
  readonly serversCurrent: boolean
  /** The same of the published configuration: no older decision can route to more servers from then on. */
  readonly routingCurrent: boolean
  /** Since when the routers could have read the published configuration. */
  readonly publishedAt: EpochMs
  /** Since when every router has run the published configuration; undefined while one does not. */
  readonly confirmedAt: EpochMs | undefined
}

export interface ScaleTimeouts {
  /** How long requests that a router sent before it reloaded may take, in milliseconds. */
  readonly graceMs: number
  /** After how many milliseconds a configuration that some router does not run is called overdue. */
  readonly confirmMs: number
  /** Whether a pool may shrink although a router is overdue and may still use the servers that go. */
  readonly shrinkUnconfirmed: boolean
}

/** What the next step of a scale waits for. */
export type Wait =
  /** Ordinals of the new servers that are not Ready yet; of a copy in a zone, in its StatefulSet. */
  | { readonly for: 'servers'; readonly ordinals: readonly number[]; readonly copy?: number }
  | { readonly for: 'confirmation'; readonly overdue: boolean; readonly remainingMs: number }
  | { readonly for: 'grace'; readonly remainingMs: number }

export interface NextStep {
  readonly step: ScaleStep
  /** Undefined when the pool is, or with this step will be, as the spec wants it. */
  readonly wait?: Wait
}

/**
 * How far a pool may go towards its size at `now`. No router ever has a server in its
 * configuration that does not run: a pool grows servers first, then routing, and shrinks routing first, then, once every
 * router has confirmed it and a grace time is over, servers.
 */
export function nextStep(pool: PoolState, timeouts: ScaleTimeouts, now: EpochMs): NextStep {
  const routing = nextRouting(pool)
  const { servers, wait } = nextServers(pool, timeouts, now)
  const step = { servers, routed: routing.routed }
  const waitsFor = routing.wait ?? wait
  return waitsFor === undefined ? { step } : { step, wait: waitsFor }
}

interface NextRouting {
  readonly routed: number
  readonly wait?: Wait
}

function nextRouting({ wanted, running, routed, recorded, ready, serversCurrent }: PoolState): NextRouting {
  if (running === 0 && routed === undefined) return { routed: wanted }
  // Where nothing was ever published, routers may use all that runs: those of the Ansible operator do. Where somebody took
  // away what was, servers that were just added have still to become Ready.
  const used = routed ?? Math.min(recorded ?? running, running)
  if (wanted <= used) return { routed: wanted }
  const ordinals = missingServers(serversCurrent ? ready : new Set(), used, wanted)
  return ordinals.length === 0 ? { routed: wanted } : { routed: used, wait: { for: 'servers', ordinals } }
}

export interface NextServers {
  readonly servers: number
  readonly wait?: Wait
}

/** How many servers of it may run at `now`. Arguments are those of {@link nextStep}. */
export function nextServers(pool: PoolState, timeouts: ScaleTimeouts, now: EpochMs): NextServers {
  const { wanted, running } = pool
  const wait = wanted < running ? blockedBy(pool, timeouts, now) : undefined
  return wait === undefined ? { servers: wanted } : { servers: running, wait }
}

/** What keeps the servers that a pool no longer wants from going; undefined when no router uses them. */
function blockedBy(
  { wanted, routed, routingCurrent, publishedAt, confirmedAt }: PoolState,
  timeouts: ScaleTimeouts,
  now: EpochMs,
): Wait | undefined {
  const { graceMs, confirmMs, shrinkUnconfirmed } = timeouts
  if (routed === undefined || routed > wanted || !routingCurrent)
    return { for: 'confirmation', overdue: false, remainingMs: confirmMs }
  if (confirmedAt !== undefined) {
    const remainingMs = confirmedAt + graceMs - now
    return remainingMs > 0 ? { for: 'grace', remainingMs } : undefined
  }
  const remainingMs = Math.max(0, publishedAt + confirmMs - now)
  const overdue = remainingMs === 0
  return overdue && shrinkUnconfirmed ? undefined : { for: 'confirmation', overdue, remainingMs }
}

/** Ordinals in that range that are not Ready. */
export function missingServers(ready: ReadonlySet<number>, from: number, to: number): number[] {
  const ordinals: number[] = []
  for (let ordinal = from; ordinal < to; ordinal++) if (!ready.has(ordinal)) ordinals.push(ordinal)
  return ordinals
}
