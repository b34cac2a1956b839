import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import { effort } from '../../../testing/effort.ts'
import { PATIENCE, PoolsWorld } from './pools-world.ts'
import { mcrouterInZones, type Shards } from './zones-spec.ts'

const [A, B, C] = ['eu-1a', 'eu-1b', 'eu-1c'] as const
const TWO = [A, B]
const THREE = [A, B, C]

/** Made, and confirmed by the routers of every zone. */
async function atRest(shards: Shards, zones: readonly string[]): Promise<PoolsWorld> {
  const world = new PoolsWorld({ main: 1 })
  world.wantSpec(mcrouterInZones(shards, zones))
  await world.reconcile()
  await confirmed(world)
  world.writes.length = 0
  return world
}

async function confirmed(world: PoolsWorld): Promise<void> {
  world.reloadAll()
  await world.reconcile()
}

/** By pool or copy of it. */
function sizes(shards: Shards, zones: readonly string[]): Record<string, number> {
  const each = (pool: string, count: number) =>
    zones.length === 0
      ? [[pool, count] as const]
      : zones.map((_, copy) => [`${pool}/${copy}`, count] as const)
  return Object.fromEntries(Object.entries(shards).flatMap(([pool, count]) => each(pool, count)))
}

function routed(shards: Shards, zones: readonly string[]): Record<string, number> {
  const copies = Math.max(1, zones.length)
  return Object.fromEntries(Object.entries(shards).map(([pool, count]) => [pool, count * copies]))
}

t.test('a new Mcrouter is made in all zones at once', async (t) => {
  const world = await atRest({ main: 2, users: 3 }, THREE)
  t.strictSame(world.running, sizes({ main: 2, users: 3 }, THREE))
  t.strictSame(world.published, { main: 6, users: 9 })
  t.strictSame(world.publishedZones, { main: 3, users: 3 })
})

t.test('a further shard is made in every zone at once, and routed to when it is ready in each', async (t) => {
  const world = await atRest({ main: 2 }, THREE)
  world.wantSpec(mcrouterInZones({ main: 4 }, THREE))
  world.toggle('cache-copy-1-3')
  for (let pass = 0; pass < 3; pass++) await world.reconcile()
  t.strictSame(world.running, sizes({ main: 4 }, THREE))
  t.strictSame(world.published, { main: 6 }, 'one zone has it not yet')
  t.match(world.condition('Progressing'), /To 12 servers: waiting for server 3 of copy 1 to be ready/)
  world.toggle('cache-copy-1-3')
  await world.reconcile()
  t.strictSame(world.published, { main: 12 })
})

t.test('shards go from the configuration first, and when the routers of all zones confirmed', async (t) => {
  const world = await atRest({ main: 3 }, TWO)
  world.wantSpec(mcrouterInZones({ main: 1 }, TWO))
  await world.reconcile()
  t.strictSame([world.published, world.running], [{ main: 2 }, sizes({ main: 3 }, TWO)])
  world.reload(0)
  for (const ms of [0, PATIENCE.confirmMs]) {
    world.passes(ms)
    await world.reconcile()
    t.strictSame(world.running, sizes({ main: 3 }, TWO), 'the router of the other zone may use them')
  }
  world.reload(1)
  await world.reconcile()
  world.passes(PATIENCE.graceMs + 1_000)
  await world.reconcile()
  t.strictSame(world.running, sizes({ main: 1 }, TWO))
})

t.test('a zone without room holds up growing, and no shrinking', async (t) => {
  const world = await atRest({ main: 2 }, TWO)
  world.wantSpec(mcrouterInZones({ main: 3 }, TWO))
  world.toggle('cache-copy-1-2')
  await world.reconcile()
  await world.reconcile()
  t.strictSame(world.published, { main: 4 })
  world.wantSpec(mcrouterInZones({ main: 1 }, TWO))
  await world.reconcile()
  t.strictSame(world.published, { main: 2 })
  await confirmed(world)
  world.passes(PATIENCE.graceMs + 1_000)
  await world.reconcile()
  t.strictSame(world.running, sizes({ main: 1 }, TWO))
})

t.test('a further zone is routed to when it has as many servers as there are shards', async (t) => {
  const world = await atRest({ main: 2, users: 1 }, TWO)
  world.wantSpec(mcrouterInZones({ main: 2, users: 1 }, THREE))
  world.toggle('cache-copy-2-1')
  await world.reconcile()
  await world.reconcile()
  t.strictSame(world.running, sizes({ main: 2, users: 1 }, THREE))
  t.strictSame(world.publishedZones, { main: 2, users: 3 }, 'each pool at its own pace')
  world.toggle('cache-copy-2-1')
  await world.reconcile()
  t.strictSame(world.publishedZones, { main: 3, users: 3 })
  t.strictSame(world.published, { main: 6, users: 3 })
})

t.test('a zone that is taken away goes as a pool does', async (t) => {
  const world = await atRest({ main: 2 }, THREE)
  world.wantSpec(mcrouterInZones({ main: 2 }, TWO))
  await world.reconcile()
  t.strictSame([world.published, world.running], [{ main: 4 }, sizes({ main: 2 }, THREE)])
  for (const router of [0, 1]) world.reload(router)
  for (const ms of [0, PATIENCE.graceMs + 1_000]) {
    world.passes(ms)
    await world.reconcile()
    world.check()
    t.strictSame(world.running, sizes({ main: 2 }, THREE), 'its own routers may use it until they have left')
  }
  world.leave()
  await world.reconcile()
  world.passes(PATIENCE.graceMs + 1_000)
  await world.reconcile()
  t.strictSame(world.running, sizes({ main: 2 }, TWO))
  t.strictSame(
    world.writes.filter((write) => write.startsWith('prune')),
    ['prune Deployment cache-mcrouter-2', 'prune StatefulSet cache-copy-2'],
  )
})

for (const [what, before, after] of [
  ['given zones', [], TWO],
  ['taken out of zones', TWO, []],
] as const) {
  t.test(`a pool that is ${what} keeps its servers until others are ready and used`, async (t) => {
    const world = await atRest({ main: 2 }, before)
    world.wantSpec(mcrouterInZones({ main: 2 }, after))
    const last = after.length === 0 ? 'cache-memcached-1' : 'cache-copy-1-1'
    world.toggle(last)
    await world.reconcile()
    await world.reconcile()
    t.strictSame(world.running, { ...sizes({ main: 2 }, before), ...sizes({ main: 2 }, after) })
    t.strictSame(world.published, routed({ main: 2 }, before), 'those from before')
    t.strictSame(world.publishedZones, before.length === 0 ? {} : { main: 2 })
    world.toggle(last)
    await world.reconcile()
    t.strictSame(world.published, routed({ main: 2 }, after))
    t.strictSame(world.publishedZones, after.length === 0 ? {} : { main: 2 })
    await world.reconcile()
    world.check()
    t.match(world.running, sizes({ main: 2 }, before), 'no router has confirmed')
    await world.settle()
    t.strictSame(world.running, sizes({ main: 2 }, after))
  })
}

for (const happens of ['loseConfig', 'spoilConfig'] as const) {
  t.test(`${happens}: what is published again is what there was`, async (t) => {
    const world = await atRest({ main: 2 }, TWO)
    world.wantSpec(mcrouterInZones({ main: 3 }, THREE))
    for (const server of ['cache-copy-0-2', 'cache-copy-2-0']) world.toggle(server)
    for (let pass = 0; pass < 3; pass++) {
      world[happens]()
      await world.reconcile()
      t.strictSame([world.published, world.publishedZones], [{ main: 4 }, { main: 2 }])
    }
    await world.settle()
    t.strictSame(world.published, { main: 9 })
  })
}

t.test('the status says where the copies are', async (t) => {
  const world = await atRest({ main: 2, users: 1 }, TWO)
  t.match(world.said, {
    pools: [
      { name: 'main', routedServers: 4, copies: 2, zones: TWO },
      { name: 'users', routedServers: 2, copies: 2, zones: TWO },
    ],
    servers: /^cache-copy-0-0\..*,cache-copy-1-0\..*,cache-copy-0-1\..*,cache-copy-1-1\./,
    selector: /component=memcached,mcrouter.example.com\/copy=0$/,
    replicas: 2,
    ready: { servers: '4/4', routers: '2/4' },
  })
  t.match(world.condition('Available'), /^True Serving: 2 routers and 6 of 6 servers are ready$/)
  world.toggle('cache-copy-1-1')
  await world.reconcile()
  t.match(world.condition('Available'), /^True Serving: 2 routers and 5 of 6 servers are ready$/)
  world.toggle('cache-copy-0-1')
  await world.reconcile()
  t.match(world.condition('Available'), /^False ServersNotReady: .*cache-copy-0-1 and cache-copy-1-1$/)
})

t.test('wherever the reconciler is killed, no router is led astray and all comes to its end', async (t) => {
  for (const [from, to] of [
    [TWO, THREE],
    [THREE, TWO],
    [[], TWO],
    [TWO, []],
  ] as const) {
    for (let killed = 0; killed < 3; killed++) {
      for (let most = 0; most < 8; most += 2) {
        const world = await atRest({ main: 2 }, from)
        world.wantSpec(mcrouterInZones({ main: 3 }, to))
        for (let pass = 0; pass < 5; pass++) {
          await world.reconcile(pass === killed ? most : undefined)
          world.check()
          world.reload(pass % 3)
          world.check()
          world.passes(PATIENCE.graceMs / 2)
        }
        await world.settle()
        const ends = `${from} to ${to}, pass ${killed} killed after ${most} writes`
        t.strictSame(
          [world.running, world.published],
          [sizes({ main: 3 }, to), routed({ main: 3 }, to)],
          ends,
        )
      }
    }
  }
})

t.test('in a simulated world', async () => {
  const shards = fc
    .record(
      { main: fc.integer({ min: 1, max: 3 }), users: fc.integer({ min: 1, max: 2 }) },
      { requiredKeys: ['main'] },
    )
    .map((all): Shards => ({ ...all }))
  const zones = fc.constantFrom<readonly string[]>(TWO, THREE, [A, C], [])
  const memory = fc.constantFrom(64, 64, 128)
  const wants = fc.tuple(shards, zones, memory)
  const server = fc
    .tuple(fc.constantFrom('copy-0', 'copy-1', 'copy-2', 'memcached', 'copy-1-users'), fc.nat(2))
    .map(([unit, ordinal]) => `cache-${unit}-${ordinal}`)
  const event = fc.oneof(
    {
      weight: 3,
      arbitrary: wants.map((all) => async (world: PoolsWorld) => world.wantSpec(mcrouterInZones(...all))),
    },
    {
      weight: 9,
      arbitrary: fc
        .option(fc.nat(12), { nil: undefined })
        .map((most) => (world: PoolsWorld) => world.reconcile(most)),
    },
    { weight: 2, arbitrary: fc.constant((world: PoolsWorld) => world.stall()) },
    { weight: 4, arbitrary: fc.nat(12).map((index) => async (world: PoolsWorld) => world.resume(index)) },
    { weight: 5, arbitrary: server.map((name) => async (world: PoolsWorld) => world.toggle(name)) },
    { weight: 1, arbitrary: server.map((name) => async (world: PoolsWorld) => world.toggleName(name)) },
    {
      weight: 2,
      arbitrary: fc.nat(4).map((router) => async (world: PoolsWorld) => world.toggleSeen(router)),
    },
    { weight: 8, arbitrary: fc.nat(4).map((router) => async (world: PoolsWorld) => world.reload(router)) },
    { weight: 3, arbitrary: fc.constant(async (world: PoolsWorld) => world.leave()) },
    { weight: 5, arbitrary: fc.constant(async (world: PoolsWorld) => world.rolled()) },
    { weight: 4, arbitrary: fc.nat(200_000).map((ms) => async (world: PoolsWorld) => world.passes(ms)) },
  )
  await fc.assert(
    fc.asyncProperty(fc.array(event, { maxLength: 40, size: 'max' }), wants, async (events, last) => {
      const world = await atRest({ main: 2, users: 1 }, TWO)
      for (const happens of events) {
        await happens(world)
        world.check()
      }
      world.wantSpec(mcrouterInZones(...last))
      await world.settle()
      const [wanted, inZones] = last
      assert.deepEqual([world.running, world.published], [sizes(wanted, inZones), routed(wanted, inZones)])
    }),
    effort(20),
  )
})
