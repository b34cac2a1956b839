import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import { heldBack } from '../../../reconciler/scaling/consent.ts'
import type { Pool } from '../../../schemas/mcrouter.ts'
import { isConsented, renumberingOf } from '../../../schemas/validation/consent.ts'
import { CONSENT_ANNOTATION } from '../../../schemas/well-known.ts'
import { effort } from '../../../testing/effort.ts'
import { mcrouterWith } from '../../../testing/mcrouter.ts'
import { MCROUTER } from '../reconcile-context.ts'
import type { Copies, Others, Sizes } from './pools-spec.ts'
import { PATIENCE, PoolsWorld } from './pools-world.ts'

async function atRest(sizes: Sizes, copies: Copies, others: Others = {}): Promise<PoolsWorld> {
  const world = new PoolsWorld(sizes, copies)
  world.want(sizes, copies, others)
  await world.reconcile()
  for (const router of [0, 1]) world.reload(router)
  await world.reconcile()
  return world
}

async function settled(world: PoolsWorld): Promise<PoolsWorld> {
  await world.settle()
  await world.reconcile()
  return world
}

const NOTHING = { children: [], pods: [] }
const SALTED = 'main: 1 shards x 2 copies to 2 shards x 2 copies'

t.test(
  'a scale from copies alone to shards with copies waits for the words that consent to it',
  async (t) => {
    const world = await atRest({ main: 2, users: 2 }, { main: 2 })
    world.consents('')
    world.want({ main: 4, users: 3 }, { main: 2 })
    await settled(world)
    t.strictSame(world.published, { main: 2, users: 3 }, 'the rest is done')
    t.strictSame(world.running, { main: 2, users: 3 })
    t.equal(
      world.condition('Degraded'),
      `True ConsentNeeded: pool main stays as it is: 1/2 (50 %) of the keys would be looked for first on a server that does not have them; if that is meant, set this annotation and keep it until Progressing is False: mcrouter.example.com/consent: "${SALTED}"`,
    )
    t.match(world.condition('Ready'), /^False ConsentNeeded/)
    t.match(world.condition('Stalled'), /^True ConsentNeeded/)
    t.match(world.condition('Available'), /^True/)

    world.consents(`users: 1 shards x 2 copies to 2 shards x 2 copies; ${SALTED}`)
    await settled(world)
    t.strictSame(world.published, { main: 4, users: 3 })
    t.match(world.condition('Ready'), /^True/)
  },
)

t.test(
  'a change that was consented to while the pool still grew goes on, and so does a resize since',
  async (t) => {
    const world = await atRest({ main: 4 }, { main: 2 })
    const slow = 'cache-memcached-5'
    world.toggle(slow)
    world.want({ main: 6 }, { main: 2 })
    await world.reconcile()
    t.strictSame([world.published, world.running], [{ main: 4 }, { main: 6 }])
    // As admission asks: it knows the specs, and not what routers use.
    world.consents('main: 3 shards x 2 copies to 3 shards x 3 copies')
    world.want({ main: 9 }, { main: 3 })
    for (let pass = 0; pass < 2; pass++) await world.reconcile()
    t.strictSame([world.published, world.running], [{ main: 4 }, { main: 9 }])
    t.match(world.condition('Stalled'), /^False/)
    world.want({ main: 12 }, { main: 3 })
    await world.reconcile()
    t.strictSame([world.published, world.running], [{ main: 4 }, { main: 12 }])
    await settled(world)
    t.strictSame([world.published, world.publishedCopies], [{ main: 12 }, { main: 3 }])
    t.match(world.condition('Ready'), /^True/)
  },
)

t.test('a takeover that was consented to goes on when the new servers are resized meanwhile', async (t) => {
  const world = await atRest({ main: 2 }, {}, { users: 2 })
  const others = 'users: 2 external servers 0f0f0f0f to'
  world.consents(`${others} 2 shards x 1 copies`)
  world.want({ main: 2, users: 2 })
  world.toggle('cache-memcached-users-1')
  await world.reconcile()
  world.want({ main: 2, users: 3 })
  await world.reconcile()
  t.strictSame([world.publishedOthers, world.running], [{ users: 2 }, { main: 2, users: 3 }])
  await settled(world)
  t.strictSame([world.published, world.publishedOthers], [{ main: 2, users: 3 }, {}])
})

t.test(
  'a consent to one list of servers is one to it with more at its end, before routers use it',
  async (t) => {
    const list = (...hosts: string[]) => hosts.map((host) => ({ host, port: 11_211, tls: false }))
    const given = (was: Partial<Pool>, now: Partial<Pool>, consented: Partial<Pool>) => {
      const [before, pool, target] = [was, now, consented].map(
        (memcached) => mcrouterWith({ memcached }).pools[0],
      )
      const change = before && target && renumberingOf(before, target, {})?.change
      const metadata = {
        annotations: { [CONSENT_ANNOTATION]: `users: 1 shards x 2 copies to 2 shards x 2 copies; ${change}` },
      }
      return before && pool && isConsented(metadata, before, pool)
    }
    const own = { shards: 3, copies: 1 }
    t.ok(given(own, { external: list('a.x', 'b.x') }, { external: list('a.x', 'b.x') }))
    t.ok(given(own, { external: list('a.x', 'b.x', 'c.x') }, { external: list('a.x', 'b.x') }))
    t.notOk(given(own, { external: list('a.x', 'c.x') }, { external: list('a.x', 'b.x') }))
    t.notOk(
      given(own, { external: list('a.x') }, { external: list('a.x', 'b.x') }),
      'a digest tells no first server',
    )
    const used = { external: list('a.x', 'c.x', 'd.x') }
    t.ok(given(used, { external: list('a.x', 'b.x') }, { external: list('a.x', 'b.x') }))
    t.notOk(given(used, { external: list('a.x', 'b.x', 'c.x') }, { external: list('a.x', 'b.x') }))
  },
)

t.test(
  'what is left behind of a consent does not consent to the way back, nor for another pool',
  async (t) => {
    const world = await atRest({ main: 6, users: 6 }, { main: 3, users: 3 })
    world.consents('main: 2 shards x 2 copies to 2 shards x 3 copies')
    world.want({ main: 4, users: 6 }, { main: 2, users: 3 })
    await settled(world)
    t.strictSame(world.publishedCopies, { main: 3, users: 3 })
    world.consents('users: 2 shards x 3 copies to 2 shards x 2 copies')
    await settled(world)
    t.strictSame(world.publishedCopies, { main: 3, users: 3 })
  },
)

t.test('what was published since the status was written is what was before', async (t) => {
  const world = await atRest({ main: 4, users: 4 }, { main: 2, users: 2 })
  world.consents(
    'main: 2 shards x 2 copies to 2 shards x 3 copies; users: 2 shards x 2 copies to 2 shards x 3 copies',
  )
  const now = [
    { main: 6, users: 6 },
    { main: 3, users: 3 },
  ] as const
  world.want(...now)
  await world.reconcile()
  // The process that publishes it is killed before it writes the status.
  await world.reconcile(1)
  t.strictSame([world.published, world.publishedCopies], now)
  world.consents('')
  world.want({ main: 9, users: 6 }, { main: 3, users: 3 })
  await settled(world)
  t.strictSame(
    [world.published, world.publishedCopies],
    [
      { main: 9, users: 6 },
      { main: 3, users: 3 },
    ],
  )
  t.match(world.condition('Stalled'), /^False/)
})

t.test('neither a lost nor a spoilt configuration lets it through', async (t) => {
  const world = await atRest({ main: 6, users: 4 }, { main: 2, users: 2 })
  world.consents('')
  world.want({ main: 9, users: 6 }, { main: 3, users: 3 })
  for (const happens of [() => world.loseConfig(), () => world.spoilConfig(), () => world.passes(1)]) {
    happens()
    await settled(world)
    t.strictSame(
      [world.published, world.running],
      [
        { main: 6, users: 4 },
        { main: 6, users: 4 },
      ],
    )
    t.strictSame(world.publishedCopies, { main: 2, users: 2 })
  }
  world.want({ main: 6, users: 4 }, { main: 2, users: 2 })
  await settled(world)
  t.match(world.condition('Ready'), /^True/, 'it was taken back')
})

t.test('a pool to which no prefix leads has its copies in the status alone', async (t) => {
  const pools = (copies: number) => [{ name: 'spare', shards: 2, copies, external: [] }]
  const status = (copies: number) => ({
    config: { digest: 'd' },
    pools: [
      { name: 'main', routedServers: 2, copies: 1 },
      { name: 'spare', routedServers: 2 * copies, copies },
    ],
  })
  const held = (before: number, now: number) =>
    heldBack(mcrouterWith({ pools: pools(now) }), { ...MCROUTER, status: status(before) }, NOTHING, false)
  t.same(held(2, 2), [])
  t.match(held(2, 3), [{ change: 'spare: 2 shards x 2 copies to 2 shards x 3 copies' }])
})

t.test('others’ servers stay as they are, and own ones in their place wait', async (t) => {
  const world = await atRest({ main: 2 }, {}, { users: 3 })
  world.consents('')
  world.want({ main: 2, users: 2 })
  await settled(world)
  t.strictSame([world.publishedOthers, world.running], [{ users: 3 }, { main: 2 }])
  t.match(world.condition('Degraded'), /"users: 3 external servers [0-9a-f]{8} to 2 shards x 1 copies"$/)
})

t.test('of what v1alpha3 has words for, its users are not asked', async (t) => {
  const before = { config: {}, pools: [{ name: 'main', routedServers: 2, copies: 1 }] }
  const now = mcrouterWith({ memcached: { shards: 1, copies: 3 } })
  t.same(heldBack(now, { ...MCROUTER, status: before }, NOTHING, false), [])
  t.match(heldBack(now, { ...MCROUTER, status: before }, NOTHING, true), [
    { before: { shards: 2, copies: 1 } },
  ])
})

t.test('of a pool for which v1alpha3 has no words it does not matter who wrote the main pool', async (t) => {
  const pools = (copies: number) => [{ name: 'users', shards: 1, copies, external: [] }]
  const before = { config: {}, pools: [{ name: 'users', routedServers: 3, copies: 1 }] }
  t.match(heldBack(mcrouterWith({ pools: pools(2) }), { ...MCROUTER, status: before }, NOTHING, false), [
    { change: 'users: 3 shards x 1 copies to 1 shards x 2 copies' },
  ])
})

t.test('while a scale is held, what a scale counts stays what the spec says', async (t) => {
  const before = { config: {}, pools: [{ name: 'main', routedServers: 2, copies: 2 }] }
  const held = (memcached: Partial<Pool>) =>
    heldBack(mcrouterWith({ memcached }), { ...MCROUTER, status: before }, NOTHING, true).map((one) => [
      one.before.topology,
      one.before.shards,
      one.before.copies,
    ])
  t.same(held({ shards: 3, copies: 2, topology: 'sharded' }), [['sharded', 1, 2]])
  const others = [{ host: '10.8.0.4', port: 11_211, tls: false }]
  t.same(held({ shards: 1, copies: 1, topology: 'sharded', external: others }), [['replicated', 1, 2]])
})

t.test("with mcrouter's own JSON nothing is reckoned, and servers of others still wait", async (t) => {
  const before = { config: {}, pools: [{ name: 'main', routedServers: 4, copies: 2 }] }
  const held = (memcached: Partial<Pool>) => {
    const now = mcrouterWith({
      memcached: { shards: 2, copies: 3, ...memcached },
      config: { route: 'NullRoute' },
    })
    return heldBack(now, { ...MCROUTER, status: before }, NOTHING, true).map(({ change }) => change)
  }
  t.same(held({}), [])
  t.match(held({ external: [{ host: '10.8.0.4', port: 11_211, tls: false }] }), [/external servers/])
})

t.test('where nothing tells what was before, nothing is held', async (t) => {
  const mixed: Partial<Pool> = { shards: 2, copies: 2 }
  t.same(heldBack(mcrouterWith({ memcached: mixed }), MCROUTER, NOTHING, true), [])
})

t.test('in a simulated world, no layout is published to which nobody consented', async () => {
  const layout = fc.record({ shards: fc.integer({ min: 1, max: 3 }), copies: fc.integer({ min: 1, max: 3 }) })
  const event = fc.oneof(
    {
      weight: 4,
      arbitrary: layout.map(({ shards, copies }) => async (world: PoolsWorld) => {
        world.want({ main: shards * copies }, { main: copies })
      }),
    },
    {
      weight: 8,
      arbitrary: fc
        .option(fc.nat(9), { nil: undefined })
        .map((most) => (world: PoolsWorld) => world.reconcile(most)),
    },
    { weight: 5, arbitrary: fc.nat(1).map((router) => async (world: PoolsWorld) => world.reload(router)) },
    { weight: 3, arbitrary: fc.nat(200_000).map((ms) => async (world: PoolsWorld) => world.passes(ms)) },
    { weight: 1, arbitrary: fc.constant(async (world: PoolsWorld) => world.loseConfig()) },
    { weight: 1, arbitrary: fc.constant(async (world: PoolsWorld) => world.spoilConfig()) },
  )
  await fc.assert(
    fc.asyncProperty(fc.array(event, { maxLength: 30, size: 'max' }), async (events) => {
      const world = await atRest({ main: 4 }, { main: 2 })
      world.consents('')
      for (const happens of events) {
        await happens(world)
        world.passes(PATIENCE.graceMs)
        const { main } = world.published
        // Shards may come and go; the copies and the salt stay.
        if (main !== undefined)
          assert.deepEqual([main % 2, main > 2, world.publishedCopies], [0, true, { main: 2 }])
      }
    }),
    effort(40),
  )
})
