import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import { publishedIn } from '../../../reconciler/observe/published.ts'
import { keepingCopies } from '../../../reconciler/scaling/copies.ts'
import type { NextStep } from '../../../reconciler/scaling/steps.ts'
import { CONFIG_KEY } from '../../../routing/flags.ts'
import { serverNames } from '../../../routing/servers.ts'
import { effort } from '../../../testing/effort.ts'
import { mcrouterWith } from '../../../testing/mcrouter.ts'
import { CONFIG } from './pools-objects.ts'
import type { Copies, Sizes } from './pools-spec.ts'
import { PATIENCE, PoolsWorld } from './pools-world.ts'

const IN_TWO: Copies = { main: 2, users: 2 }

async function atRest(sizes: Sizes, copies: Copies): Promise<PoolsWorld> {
  const world = new PoolsWorld(sizes, copies)
  await world.reconcile()
  for (const router of [0, 1]) world.reload(router)
  await world.reconcile()
  return world
}

t.test('a shard is routed to once all of its copies are ready', async (t) => {
  const world = await atRest({ main: 4, users: 4 }, IN_TWO)
  world.want({ main: 6, users: 8 })
  for (const server of ['cache-memcached-5', 'cache-memcached-users-4']) world.toggle(server)
  await world.reconcile()
  t.strictSame(world.running, { main: 6, users: 8 }, 'as many servers at once as make whole shards')
  await world.reconcile()
  t.strictSame(world.published, { main: 4, users: 4 })
  world.toggle('cache-memcached-5')
  await world.reconcile()
  t.strictSame(world.published, { main: 6, users: 4 })
  world.toggle('cache-memcached-users-4')
  await world.reconcile()
  t.strictSame(world.published, { main: 6, users: 8 })
  t.strictSame(world.publishedCopies, { main: 2, users: 2 })
})

t.test('a shard goes routing first, all of its copies at once', async (t) => {
  const world = await atRest({ main: 6 }, IN_TWO)
  world.want({ main: 4 })
  await world.reconcile()
  t.strictSame([world.published, world.running], [{ main: 4 }, { main: 6 }])
  for (const router of [0, 1]) world.reload(router)
  await world.reconcile()
  world.passes(PATIENCE.graceMs + 1_000)
  await world.reconcile()
  t.strictSame(world.running, { main: 4 })
})

t.test(
  'further copies are used once all servers are there, and until then the shards stay where they are',
  async (t) => {
    const world = await atRest({ main: 4, users: 4 }, { main: 2 })
    t.strictSame(world.publishedCopies, { main: 2 })
    world.want({ main: 6, users: 8 }, { main: 3, users: 2 })
    for (const server of ['cache-memcached-5', 'cache-memcached-users-7']) world.toggle(server)
    for (let pass = 0; pass < 2; pass++) {
      await world.reconcile()
      t.strictSame(world.published, { main: 4, users: 4 })
      t.equal(world.publishedCopies.main, 2)
      t.notOk(world.publishedCopies.users, 'one copy has no pool of its own')
    }
    for (const server of ['cache-memcached-5', 'cache-memcached-users-7']) world.toggle(server)
    await world.reconcile()
    t.strictSame(world.published, { main: 6, users: 8 })
    t.strictSame(world.publishedCopies, { main: 3, users: 2 })
  },
)

t.test('what somebody writes into the ConfigMap makes no copies of a pool that has none', async (t) => {
  const next: NextStep = { step: { servers: 8, routed: 6 }, wait: { for: 'servers', ordinals: [7] } }
  const pools = {
    memcached: {
      servers: serverNames(mcrouterWith(), { name: 'main', port: 11_211, zones: [] }, 6, 'cluster.local'),
    },
    'memcached-0': {},
    'memcached-1': {},
  }
  const published = publishedIn({ metadata: CONFIG, data: { [CONFIG_KEY]: JSON.stringify({ pools }) } })
  t.match(published, { routed: { main: 6 } })
  const replicated = { shards: 1, copies: 8 }
  for (const copies of [2, 4]) {
    const planted = published && { ...published, copies: { main: copies } }
    t.equal(keepingCopies(next, 'main', replicated, planted, 'of ours'), next, 'planted')
    t.equal(keepingCopies(next, 'main', replicated, planted, undefined), next, 'before there is a status')
  }
  const ours = published && { ...published, copies: { main: 2 } }
  t.match(keepingCopies(next, 'main', replicated, ours, published?.digest), { step: { copies: 2 } })
  const broken = published && { ...published, copies: { main: 4 } }
  t.equal(keepingCopies(next, 'main', replicated, broken, published?.digest), next, 'half a shard is none')
})

t.test('in a simulated world, no router knows half a shard', async () => {
  const shards = fc.integer({ min: 1, max: 3 })
  const sizes = fc
    .record({ main: shards, users: shards })
    .map(({ main, users }): Sizes => ({ main: main * 2, users: users * 2 }))
  const event = fc.oneof(
    { weight: 2, arbitrary: sizes.map((wants) => async (world: PoolsWorld) => world.want(wants)) },
    {
      weight: 6,
      arbitrary: fc
        .option(fc.nat(9), { nil: undefined })
        .map((most) => (world: PoolsWorld) => world.reconcile(most)),
    },
    {
      weight: 5,
      arbitrary: fc
        .nat(5)
        .map((server) => async (world: PoolsWorld) => world.toggle(`cache-memcached-${server}`)),
    },
    { weight: 6, arbitrary: fc.nat(1).map((router) => async (world: PoolsWorld) => world.reload(router)) },
    { weight: 3, arbitrary: fc.nat(200_000).map((ms) => async (world: PoolsWorld) => world.passes(ms)) },
  )
  await fc.assert(
    fc.asyncProperty(fc.array(event, { maxLength: 30, size: 'max' }), sizes, async (events, last) => {
      const world = await atRest({ main: 4, users: 2 }, IN_TWO)
      for (const happens of [...events, async () => world.want(last), () => world.settle()]) {
        await happens(world)
        world.check()
        for (const servers of Object.values(world.published)) assert.equal(servers % 2, 0)
      }
      assert.deepEqual(world.published, last)
    }),
    effort(20),
  )
})

for (const [what, happens] of [
  ['deleted', (world: PoolsWorld) => world.loseConfig()],
  ['overwritten', (world: PoolsWorld) => world.spoilConfig()],
] as const) {
  t.test(`a configuration that is ${what} meanwhile is published as it was`, async (t) => {
    const world = await atRest({ main: 8, users: 4 }, IN_TWO)
    world.want({ main: 12, users: 6 }, { main: 3, users: 3 })
    for (const server of ['cache-memcached-11', 'cache-memcached-users-5']) world.toggle(server)
    for (let pass = 0; pass < 3; pass++) {
      happens(world)
      await world.reconcile()
      t.strictSame(world.published, { main: 8, users: 4 })
      t.strictSame(world.publishedCopies, IN_TWO)
      t.strictSame(world.running, { main: 12, users: 6 })
    }
    for (const server of ['cache-memcached-11', 'cache-memcached-users-5']) world.toggle(server)
    happens(world)
    await world.reconcile()
    t.strictSame(world.published, { main: 12, users: 6 })
    t.strictSame(world.publishedCopies, { main: 3, users: 3 })
  })
}
