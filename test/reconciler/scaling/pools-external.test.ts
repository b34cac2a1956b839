import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import { effort } from '../../../testing/effort.ts'
import type { Others, Sizes } from './pools-spec.ts'
import { PATIENCE, PoolsWorld } from './pools-world.ts'

async function atRest(sizes: Sizes, others: Others = {}): Promise<PoolsWorld> {
  const world = new PoolsWorld(sizes)
  world.want(sizes, {}, others)
  await world.reconcile()
  await confirmed(world)
  world.writes.length = 0
  return world
}

async function confirmed(world: PoolsWorld): Promise<void> {
  for (const router of [0, 1]) world.reload(router)
  await world.reconcile()
}

for (const pool of ['main', 'users']) {
  const own: Sizes = { main: 2, users: 3 }
  const others = { [pool]: 2 }
  const rest: Sizes = pool === 'main' ? { main: 0, users: 3 } : { main: 2 }
  const count = own[pool] ?? 0

  t.test(
    `own servers of ${pool} go once no router uses them any more, as others' take their name`,
    async (t) => {
      const world = await atRest(own)
      world.want(rest, {}, others)
      await world.reconcile()
      t.strictSame(world.publishedOthers, others, 'routers are told of them at once')
      t.equal(world.running[pool], count)
      world.reload(0)
      for (const ms of [0, PATIENCE.confirmMs]) {
        world.passes(ms)
        await world.reconcile()
        t.equal(world.running[pool], count, 'a router may use them')
      }
      await confirmed(world)
      world.passes(PATIENCE.graceMs + 1_000)
      await world.reconcile()
      t.notOk(world.running[pool])
      t.strictSame(world.publishedOthers, others)
    },
  )

  t.test(
    `others' servers of ${pool} are used until all own ones are ready that take their name`,
    async (t) => {
      const world = await atRest(rest, others)
      t.strictSame(world.publishedOthers, others)
      t.notOk(world.running[pool])
      const last = `cache-memcached${pool === 'main' ? '' : '-users'}-${count - 1}`
      world.toggle(last)
      world.want(own)
      for (let pass = 0; pass < 3; pass++) {
        await world.reconcile()
        t.equal(world.running[pool], count)
        t.strictSame(world.publishedOthers, others, 'none of the own ones, although some are ready')
        t.notOk(world.published[pool])
      }
      world.toggle(last)
      await world.reconcile()
      t.strictSame([world.published, world.publishedOthers], [own, {}])
    },
  )

  t.test(`${pool} is removed and comes back with others' servers before its own have gone`, async (t) => {
    const world = await atRest(own)
    if (pool === 'main') return
    world.want({ main: 2 })
    await world.reconcile()
    world.want({ main: 2 }, {}, others)
    await world.reconcile()
    t.equal(world.running[pool], count)
    await confirmed(world)
    world.passes(PATIENCE.graceMs + 1_000)
    await world.reconcile()
    t.notOk(world.running[pool])
    t.strictSame(world.publishedOthers, others)
  })
}

t.test('whoever runs the servers of a pool next, no router uses one that does not run', async () => {
  const size = fc.integer({ min: 1, max: 3 })
  const wants = fc.record({
    sizes: fc
      .record({ main: size, users: size }, { requiredKeys: ['main'] })
      .map((all): Sizes => ({ ...all })),
    others: fc.record({ main: size, users: size }, { requiredKeys: [] }).map((all): Others => ({ ...all })),
  })
  const want = (world: PoolsWorld, { sizes, others }: { sizes: Sizes; others: Others }) => {
    const { users, main } = sizes
    const own = others.users === undefined && users !== undefined ? { main, users } : { main }
    world.want(own, {}, others)
    return own
  }
  const server = fc
    .tuple(fc.constantFrom('', '-users'), fc.nat(2))
    .map(([pool, ordinal]) => `cache-memcached${pool}-${ordinal}`)
  const event = fc.oneof(
    { weight: 3, arbitrary: wants.map((one) => async (world: PoolsWorld) => void want(world, one)) },
    {
      weight: 8,
      arbitrary: fc
        .option(fc.nat(9), { nil: undefined })
        .map((most) => (world: PoolsWorld) => world.reconcile(most)),
    },
    { weight: 4, arbitrary: server.map((name) => async (world: PoolsWorld) => world.toggle(name)) },
    { weight: 7, arbitrary: fc.nat(1).map((router) => async (world: PoolsWorld) => world.reload(router)) },
    { weight: 4, arbitrary: fc.nat(200_000).map((ms) => async (world: PoolsWorld) => world.passes(ms)) },
    { weight: 1, arbitrary: fc.constant(async (world: PoolsWorld) => world.loseConfig()) },
    { weight: 1, arbitrary: fc.constant(async (world: PoolsWorld) => world.spoilConfig()) },
  )
  await fc.assert(
    fc.asyncProperty(fc.array(event, { maxLength: 40, size: 'max' }), wants, async (events, last) => {
      const world = await atRest({ main: 2, users: 2 })
      for (const happens of events) {
        await happens(world)
        world.check()
      }
      const own = want(world, last)
      await world.settle()
      const { main: _, ...further } = own
      const expected = last.others.main === undefined ? own : further
      assert.deepEqual([world.published, world.running], [expected, expected])
      assert.deepEqual(world.publishedOthers, last.others)
    }),
    effort(40),
  )
})
