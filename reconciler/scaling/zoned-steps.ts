import type { EpochMs } from '../../process/clock.ts'
import type { ScaleStep } from '../../render/rendering.ts'
import {
  missingServers,
  type NextStep,
  nextServers,
  type PoolState,
  type ScaleTimeouts,
  type Wait,
} from './steps.ts'
import { type Used, usedOf } from './used.ts'

/** The state of what has a StatefulSet of its own, in which ordinals are those of its pods. */
export interface UnitState extends PoolState {
  /** Place of the zone of a copy; undefined for servers that are in no zone. */
  readonly copy: number | undefined
}

/**
 * How far a pool may go whose copies are in zones. The configuration has one number of shards: a further one is routed to when it
 * is Ready in every zone that is routed to, and a further zone when it has as many. Servers go as those of any pool do, each by what routers
 * use of its own StatefulSet ({@link nextServers}).
 *
 * @param copies by place, those that the spec has
 * @param used undefined where no router was ever told of any
 */
export function nextZoned(
  copies: readonly UnitState[],
  used: Used | undefined,
  timeouts: ScaleTimeouts,
  now: EpochMs,
): NextStep {
  const next = copies.map((copy) => nextServers(copy, timeouts, now))
  const byCopy = next.map(({ servers }) => servers)
  const routing = nextRouting(copies, used)
  const step = { servers: byCopy.reduce((sum, one) => sum + one, 0), byCopy, ...routing.routed }
  const wait = routing.wait ?? next.find((one) => one.wait !== undefined)?.wait
  return wait === undefined ? { step } : { step, wait }
}

interface NextRouting {
  readonly routed: Pick<ScaleStep, 'routed' | 'copies' | 'zoned'>
  readonly wait?: Wait | undefined
}

function nextRouting(copies: readonly UnitState[], used: Used | undefined): NextRouting {
  const wanted = copies[0]?.wanted ?? 0
  if (used === undefined) return { routed: zones(wanted, copies.length) }
  if (!used.zoned) {
    // All at once: of other servers, each key is elsewhere.
    const wait = firstLack(copies, 0, wanted)
    return wait === undefined
      ? { routed: zones(wanted, copies.length) }
      : { routed: { routed: used.servers, copies: used.copies, zoned: false }, wait }
  }
  const before = usedOf(0, used)
  const kept = copies.slice(0, used.copies)
  const lacking = firstLack(kept, before, wanted)
  const shards = lacking === undefined ? wanted : before
  const further = copies.slice(kept.length)
  const ready = further.findIndex((copy) => firstLack([copy], 0, shards) !== undefined)
  const joined = ready < 0 ? further : further.slice(0, ready)
  return {
    routed: zones(shards, kept.length + joined.length),
    wait: lacking ?? firstLack(further, 0, shards),
  }
}

function zones(shards: number, copies: number): NextRouting['routed'] {
  return { routed: shards * copies, copies }
}

/** What the first of the copies lacks of the shards in that range; undefined when each has them. */
function firstLack(copies: readonly UnitState[], from: number, to: number): Wait | undefined {
  for (const { copy, ready, serversCurrent } of copies) {
    const ordinals = missingServers(serversCurrent ? ready : new Set(), from, to)
    if (ordinals.length > 0) return { for: 'servers', ordinals, ...(copy !== undefined && { copy }) }
  }
  return undefined
}
