import type { Scaling } from '../../../reconciler/scaling/scaling.ts'
import type { Pool } from '../../../reconciler/scaling/steps.ts'

/** Of two servers with which all is well, but for what is given. */
export function poolWith(overrides: Partial<Pool> = {}): Pool {
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
export function scalingWith(overrides: Partial<Scaling> = {}): Scaling {
  return {
    pool: poolWith(),
    next: { step: { servers: 2, routed: 2 } },
    filledAt: undefined,
    published: undefined,
    unnamed: false,
    confirmation: undefined,
    overdue: false,
    ...overrides,
  }
}
