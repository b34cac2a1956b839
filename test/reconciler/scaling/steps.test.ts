import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import { nextStep, type PoolState, type ScaleTimeouts } from '../../../reconciler/scaling/steps.ts'
import { effort } from '../../../testing/effort.ts'
import { type Happening, World, type Write } from './world.ts'

const timeouts: ScaleTimeouts = { graceMs: 5_000, confirmMs: 120_000, shrinkUnconfirmed: false }

/** A pool at rest with `servers` servers, confirmed long ago. */
function atRest(servers: number): PoolState {
  return {
    wanted: servers,
    running: servers,
    routed: servers,
    ready: ordinals(servers),
    serversCurrent: true,
    routingCurrent: true,
    publishedAt: 0,
    confirmedAt: 0,
  }
}

function ordinals(count: number): Set<number> {
  return new Set(Array.from({ length: count }, (_, ordinal) => ordinal))
}

const LATER = 1_000_000

t.test('a new pool is made in its full size at once', async (t) => {
  const pool: PoolState = {
    wanted: 3,
    running: 0,
    routed: undefined,
    ready: new Set(),
    serversCurrent: true,
    routingCurrent: false,
    publishedAt: 0,
    confirmedAt: undefined,
  }
  t.strictSame(nextStep(pool, timeouts, LATER), { step: { servers: 3, routed: 3 } })
})

t.test('a pool at rest stays as it is, whatever its servers do', async (t) => {
  t.strictSame(nextStep(atRest(3), timeouts, LATER), { step: { servers: 3, routed: 3 } })
  t.strictSame(nextStep({ ...atRest(3), ready: new Set() }, timeouts, LATER), {
    step: { servers: 3, routed: 3 },
  })
})

t.test('growing: servers first, routing once every new one is Ready', async (t) => {
  const growing = { ...atRest(2), wanted: 4 }
  t.strictSame(nextStep(growing, timeouts, LATER), {
    step: { servers: 4, routed: 2 },
    wait: { for: 'servers', ordinals: [2, 3] },
  })
  t.strictSame(nextStep({ ...growing, running: 4, ready: ordinals(3) }, timeouts, LATER), {
    step: { servers: 4, routed: 2 },
    wait: { for: 'servers', ordinals: [3] },
  })
  t.strictSame(nextStep({ ...growing, running: 4, ready: ordinals(4) }, timeouts, LATER), {
    step: { servers: 4, routed: 4 },
  })
})

t.test(
  'an older decision could still come: until it cannot, nothing is built on what it may undo',
  async (t) => {
    const growing: PoolState = {
      ...atRest(2),
      wanted: 4,
      running: 4,
      ready: ordinals(4),
      serversCurrent: false,
    }
    t.match(nextStep(growing, timeouts, LATER), { step: { servers: 4, routed: 2 }, wait: { for: 'servers' } })
    const shrinking: PoolState = { ...atRest(4), wanted: 2, routed: 2, routingCurrent: false }
    t.match(nextStep(shrinking, timeouts, LATER), {
      step: { servers: 4, routed: 2 },
      wait: { for: 'confirmation' },
    })
  },
)

t.test('growing does not wait for a server that was there before', async (t) => {
  const growing = { ...atRest(2), wanted: 3, running: 3, ready: new Set([1, 2]) }
  t.strictSame(nextStep(growing, timeouts, LATER), { step: { servers: 3, routed: 3 } })
})

t.test('shrinking: routing first, then confirmation, then a grace time, then servers', async (t) => {
  const shrinking: PoolState = { ...atRest(4), wanted: 2 }
  t.match(nextStep(shrinking, timeouts, LATER), {
    step: { servers: 4, routed: 2 },
    wait: { for: 'confirmation', overdue: false },
  })

  const published: PoolState = { ...shrinking, routed: 2, publishedAt: LATER, confirmedAt: undefined }
  t.strictSame(nextStep(published, timeouts, LATER + 20_000), {
    step: { servers: 4, routed: 2 },
    wait: { for: 'confirmation', overdue: false, remainingMs: 100_000 },
  })

  const confirmed: PoolState = { ...published, confirmedAt: LATER + 20_000 }
  t.strictSame(nextStep(confirmed, timeouts, LATER + 21_000), {
    step: { servers: 4, routed: 2 },
    wait: { for: 'grace', remainingMs: 4_000 },
  })
  t.strictSame(nextStep(confirmed, timeouts, LATER + 25_000), { step: { servers: 2, routed: 2 } })
})

t.test('without confirmation in time, shrinking waits and says so, unless it may go on', async (t) => {
  const overdue: PoolState = {
    ...atRest(4),
    wanted: 2,
    routed: 2,
    publishedAt: LATER,
    confirmedAt: undefined,
  }
  t.strictSame(nextStep(overdue, timeouts, LATER + 120_000), {
    step: { servers: 4, routed: 2 },
    wait: { for: 'confirmation', overdue: true, remainingMs: 0 },
  })
  t.strictSame(nextStep(overdue, { ...timeouts, shrinkUnconfirmed: true }, LATER + 119_999).step, {
    servers: 4,
    routed: 2,
  })
  t.strictSame(nextStep(overdue, { ...timeouts, shrinkUnconfirmed: true }, LATER + 120_000), {
    step: { servers: 2, routed: 2 },
  })
})

t.test('a change of mind, 2 → 5 → 3, keeps the server that it wants and lets the others go', async (t) => {
  const halfway: PoolState = { ...atRest(2), wanted: 3, running: 5, ready: ordinals(3) }
  t.strictSame(
    nextStep(halfway, timeouts, LATER).step,
    { servers: 3, routed: 3 },
    'no router ever used 3 and 4',
  )
  t.match(nextStep({ ...halfway, ready: ordinals(2) }, timeouts, LATER), {
    step: { routed: 2 },
    wait: { for: 'servers', ordinals: [2] },
  })
  const unconfirmed: PoolState = { ...halfway, routed: 5, confirmedAt: undefined }
  t.strictSame(
    nextStep(unconfirmed, timeouts, LATER).step,
    { servers: 5, routed: 3 },
    'routers may use 3 and 4',
  )
})

t.test('replicas that somebody else took away come back, and no routing waits for that', async (t) => {
  t.strictSame(nextStep({ ...atRest(3), running: 1 }, timeouts, LATER).step, { servers: 3, routed: 3 })
  t.strictSame(nextStep({ ...atRest(3), running: 0 }, timeouts, LATER).step, { servers: 3, routed: 3 })
})

t.test('where nothing is published, routers may use every server that runs', async (t) => {
  const adopted: PoolState = { ...atRest(4), routed: undefined, confirmedAt: undefined }
  t.strictSame(nextStep(adopted, timeouts, LATER).step, { servers: 4, routed: 4 })
  t.strictSame(nextStep({ ...adopted, wanted: 2 }, timeouts, LATER).step, { servers: 4, routed: 2 })
  t.strictSame(nextStep({ ...adopted, wanted: 6 }, timeouts, LATER).step, { servers: 6, routed: 4 })
})

t.test('a configuration that is taken away in the middle of a grow comes back as it was', async (t) => {
  const growing: PoolState = { ...atRest(2), wanted: 4, running: 4, routed: undefined, recorded: 2 }
  t.strictSame(nextStep(growing, timeouts, LATER), {
    step: { servers: 4, routed: 2 },
    wait: { for: 'servers', ordinals: [2, 3] },
  })
  t.strictSame(nextStep({ ...growing, ready: ordinals(4) }, timeouts, LATER).step, { servers: 4, routed: 4 })
  const outdated = { ...growing, running: 2, recorded: 4 }
  t.equal(nextStep(outdated, timeouts, LATER).step.routed, 2, 'what does not run is not routed to')
})

t.test('in a simulated world', async (t) => {
  const event = fc.oneof(
    {
      weight: 3,
      arbitrary: fc.record({ kind: fc.constant('spec' as const), servers: fc.integer({ min: 1, max: 8 }) }),
    },
    {
      weight: 8,
      arbitrary: fc.record({
        kind: fc.constant('reconcile' as const),
        writes: fc.subarray<Write>(['config', 'statefulSet'], { minLength: 1 }),
      }),
    },
    { weight: 3, arbitrary: fc.constant({ kind: 'stall' as const }) },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant('resume' as const),
        write: fc.constantFrom<Write>('statefulSet', 'config'),
      }),
    },
    {
      weight: 8,
      arbitrary: fc.record({ kind: fc.constant('pod' as const), ordinal: fc.integer({ min: 0, max: 7 }) }),
    },
    {
      weight: 6,
      arbitrary: fc.record({ kind: fc.constant('reload' as const), router: fc.integer({ min: 0, max: 2 }) }),
    },
    {
      weight: 3,
      arbitrary: fc.record({ kind: fc.constant('router' as const), router: fc.integer({ min: 0, max: 2 }) }),
    },
    {
      weight: 3,
      arbitrary: fc.record({ kind: fc.constant('time' as const), ms: fc.integer({ min: 1, max: 200_000 }) }),
    },
  )
  // Long ones: by default fast-check makes arrays of about ten items, in which no pool comes to rest.
  const history = fc.array(event, { maxLength: 120, size: 'max' })

  t.test('no router ever routes to a server that was taken away or was never there', async () => {
    fc.assert(
      fc.property(history, (events) => {
        const world = new World(timeouts)
        for (const one of events) {
          world.happens(one)
          world.check()
        }
      }),
      effort(2_000),
    )
  })

  t.test('nor after a decision that was carried out late, though the spec has changed since', async (t) => {
    const reload = [0, 1, 2].map((router) => ({ kind: 'reload', router }) as const)
    const reconcile = (...writes: Write[]) => ({ kind: 'reconcile', writes }) as const
    const both = reconcile('config', 'statefulSet')
    const ready = [2, 3].map((ordinal) => ({ kind: 'pod', ordinal }) as const)
    const spec = (servers: number) => ({ kind: 'spec', servers }) as const
    const wait = { kind: 'time', ms: 10_000 } as const
    const grown: Happening[] = [spec(4), both, both, ...ready, both, ...reload]
    const routedToTwo: Happening[] = [...grown, spec(2), both, both, ...reload, both, wait]
    const late: Record<string, Happening[]> = {
      'the end of servers': [
        ...[...routedToTwo, { kind: 'stall' } as const],
        ...[spec(4), reconcile('config'), ...reload, { kind: 'resume', write: 'statefulSet' } as const],
      ],
      'routing to more servers': [
        ...[spec(4), both, both, ...ready, { kind: 'stall' } as const, wait],
        ...[spec(2), reconcile('statefulSet'), { kind: 'resume', write: 'config' } as const, ...reload],
      ],
    }
    for (const [what, events] of Object.entries(late)) {
      const world = new World(timeouts)
      for (const one of events) world.happens(one)
      t.doesNotThrow(() => world.check(), what)
    }
  })

  t.test('every history ends with the pool that the spec wants, on every router', async () => {
    fc.assert(
      fc.property(history, (events) => {
        const world = new World(timeouts)
        for (const one of events) world.happens(one)
        world.settle()
        assert.deepEqual(world.summary(), world.wantedSummary())
      }),
      effort(500),
    )
  })
})
