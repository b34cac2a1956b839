import type { PoolScaling, Scaling } from '../../../reconciler/scaling/scaling.ts'
import type { PoolState } from '../../../reconciler/scaling/steps.ts'
import { MAIN_POOL } from '../../../schemas/mcrouter.ts'

/** Of two servers with which all is well, but for what is given. */
export function poolWith(overrides: Partial<PoolState> = {}): PoolState {
  return {
    wanted: 2,
    running: 2,
    routed: 2,
    ready: new Set([0, 1]),
    serversCurrent: true,
    routingCurrent: true,
    publishedAt: 0,
    confirmedAt: undefined,
    ...overrides,
  }
}

/** The pool above at rest, where no router is asked, but for what is given. */
export function scalingWith({
  pool = poolWith(),
  next = { step: { servers: 2, routed: 2 } },
  unnamed = false,
  ...rest
}: Partial<Scaling> & Partial<Omit<PoolScaling, 'name'>> = {}): Scaling {
  return {
    pools: [{ name: MAIN_POOL, pool, next, unnamed }],
    filledAt: undefined,
    published: undefined,
    confirmation: undefined,
    overdue: false,
    ...rest,
  }
}
