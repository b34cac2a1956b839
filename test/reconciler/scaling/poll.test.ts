import t from 'tap'
import { pollAfter } from '../../../reconciler/scaling/poll.ts'
import { nextStep, type PoolState, type ScaleTimeouts } from '../../../reconciler/scaling/steps.ts'
import { OLDEST } from '../../../routing/release.ts'
import { scaleWith } from '../reconcile-report.ts'
import { poolWith, scalingWith } from './pool.ts'

const NOW = Date.UTC(2026, 0, 1)
const PUBLISHED = {
  digest: 'before',
  routed: { main: 4 },
  features: OLDEST,
  filling: false,
  at: NOW - 60_000,
}

/** After a pass over a pool that shrinks from four servers to two, where no router is asked. */
function afterShrinkStep(
  timeouts: Partial<ScaleTimeouts>,
  rest: Partial<PoolState> = {},
  digest = 'after',
  current = true,
): number {
  const pool = poolWith({
    running: 4,
    routed: 4,
    ready: new Set([0, 1, 2, 3]),
    publishedAt: PUBLISHED.at,
    confirmedAt: PUBLISHED.at,
    ...rest,
  })
  const next = nextStep(pool, { graceMs: 0, confirmMs: 0, shrinkUnconfirmed: false, ...timeouts }, NOW)
  const scaling = scalingWith({ pool, next, published: PUBLISHED })
  return pollAfter(scaling, scaleWith({ digest, current, confirmation: undefined }), NOW)
}

t.test(
  'the next step of a shrink comes by itself: what was just published tells this process nothing',
  async (t) => {
    t.equal(afterShrinkStep({ confirmMs: 120_000 }), 120_000, 'when routers have had their time')
    t.equal(afterShrinkStep({}), 0, 'or at once, where they are given none')
  },
)

t.test('what could not be published is not tried without end', async (t) => {
  t.equal(afterShrinkStep({}, {}, PUBLISHED.digest), Number.POSITIVE_INFINITY)
})

t.test('so does one that waited for its objects to be written from the newest spec', async (t) => {
  const overtaken = { routed: 2, routingCurrent: false }
  t.equal(afterShrinkStep({ confirmMs: 120_000 }, overtaken, PUBLISHED.digest), 0)
  const grows: Partial<PoolState> = { wanted: 4, routed: 2, serversCurrent: false }
  t.equal(afterShrinkStep({}, grows, PUBLISHED.digest), 0)
  t.equal(
    afterShrinkStep({ confirmMs: 120_000 }, overtaken, PUBLISHED.digest, false),
    120_000,
    'one that could not be written is not tried without end',
  )
})

t.test('the grace time is waited for', async (t) => {
  t.equal(afterShrinkStep({ graceMs: 61_000 }, { routed: 2 }), 1_000)
})

t.test('routers of which none can be reached are asked less and less often', async (t) => {
  const asking = (runs: 'unknown' | 'old', behindForMs: number) => {
    const state = runs === 'unknown' ? { pod: 'r-0', runs, because: 'no answer' } : { pod: 'r-0', runs }
    const confirmation = { states: [state], since: undefined }
    const published = { ...PUBLISHED, at: NOW - behindForMs }
    return pollAfter(scalingWith({ published }), scaleWith({ confirmation, digest: 'before' }), NOW)
  }
  t.equal(asking('unknown', 60_000), 6_000)
  t.equal(asking('unknown', 3_600_000), 300_000)
  t.equal(asking('old', 3_600_000), 30_000)
})

t.test('reads stop going past a miss when the time for it is over', async (t) => {
  const scaling = scalingWith({ filledAt: NOW + 900_000, published: PUBLISHED })
  const scale = scaleWith({ digest: PUBLISHED.digest, confirmation: undefined })
  t.equal(pollAfter(scaling, scale, NOW), 900_000)
})

t.test('a pool that is as it should be is looked at when something is heard', async (t) => {
  t.equal(afterShrinkStep({}, { routed: 2, running: 2 }), Number.POSITIVE_INFINITY)
})
