import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import { effort } from '../../../testing/effort.ts'
import type { Sizes } from './pools-spec.ts'
import { PATIENCE, PoolsWorld } from './pools-world.ts'

const THREE: Sizes = { main: 2, users: 2, sessions: 3 }

/** Made, and confirmed by both routers. */
async function atRest(sizes = THREE): Promise<PoolsWorld> {
  const world = new PoolsWorld(sizes)
  await world.reconcile()
  for (const router of [0, 1]) world.reload(router)
  await world.reconcile()
  world.writes.length = 0
  return world
}

/** What there is once all is done. */
function wanted(sizes: Sizes): unknown {
  const ofPool = (pool: string) =>
    ['PodDisruptionBudget', 'Service', 'StatefulSet'].map(
      (kind) => `${kind} cache-memcached${pool === 'main' ? '' : `-${pool}`}`,
    )
  const shared = ['ConfigMap cache-config', 'Deployment cache', 'PodDisruptionBudget cache', 'Service cache']
  return {
    running: sizes,
    routed: [sizes, sizes],
    objects: [...shared, ...Object.keys(sizes).flatMap(ofPool)].toSorted(),
  }
}

t.test(
  'a new Mcrouter is made with all its pools, and routers know them from the first moment',
  async (t) => {
    const world = new PoolsWorld(THREE)
    await world.reconcile()
    t.strictSame(world.running, THREE)
    t.strictSame(world.published, THREE)
  },
)

t.test('one pool grows and another shrinks, each at its own pace', async (t) => {
  const world = await atRest()
  world.want({ main: 2, users: 4, sessions: 1 })
  world.toggle('cache-memcached-users-3')
  await world.reconcile()
  t.strictSame(world.running, { main: 2, users: 4, sessions: 3 }, 'servers that come are made, none goes')
  t.strictSame(world.published, { main: 2, users: 2, sessions: 1 }, 'those that go are used no more')
  world.reload(0)
  world.reload(1)
  await world.reconcile()
  world.passes(PATIENCE.graceMs + 1_000)
  await world.reconcile()
  t.strictSame(
    world.running,
    { main: 2, users: 4, sessions: 1 },
    'one that starts does not hold up the other',
  )
  t.strictSame(world.published, { main: 2, users: 2, sessions: 1 })
  world.toggle('cache-memcached-users-3')
  await world.reconcile()
  t.strictSame(world.published, { main: 2, users: 4, sessions: 1 })
})

t.test('what is published for one pool leaves the routing of another as it was', async (t) => {
  const world = await atRest()
  world.want({ main: 4, users: 3, sessions: 3 })
  for (const server of ['cache-memcached-2', 'cache-memcached-3']) world.toggle(server)
  await world.reconcile()
  await world.reconcile()
  t.strictSame(world.published, { main: 2, users: 3, sessions: 3 })
  t.strictSame(world.running, { main: 4, users: 3, sessions: 3 })
})

t.test('a pool that is added is routed to once its servers are ready', async (t) => {
  const world = await atRest({ main: 2 })
  world.want(THREE)
  world.toggle('cache-memcached-users-1')
  await world.reconcile()
  t.strictSame(world.published, { main: 2 }, 'its servers have just been made')
  await world.reconcile()
  t.strictSame(world.published, { main: 2, sessions: 3 })
  world.toggle('cache-memcached-users-1')
  await world.reconcile()
  t.strictSame(world.published, THREE)
})

t.test(
  'a pool that is removed goes routing first, and servers once every router has confirmed',
  async (t) => {
    const world = await atRest()
    world.want({ main: 2, users: 2 })
    await world.reconcile()
    t.strictSame(world.published, { main: 2, users: 2 })
    world.reload(0)
    for (const ms of [0, 1_000, PATIENCE.confirmMs]) {
      world.passes(ms)
      await world.reconcile()
      t.equal(world.running.sessions, 3, 'a router may use them')
    }
    world.reload(1)
    await world.reconcile()
    world.passes(PATIENCE.graceMs)
    await world.reconcile()
    t.equal(world.running.sessions, 3, 'requests may be under way')
    t.notMatch(world.writes.join(), /prune/)
    world.passes(1_000)
    await world.reconcile()
    t.strictSame(world.summary(), wanted({ main: 2, users: 2 }))
    t.strictSame(
      world.writes.filter((write) => write.includes('sessions')).toSorted(),
      ['PodDisruptionBudget', 'Service', 'StatefulSet'].map(
        (kind) => `prune ${kind} cache-memcached-sessions`,
      ),
    )
  },
)

t.test('a pool that comes back before it has gone keeps its servers', async (t) => {
  const world = await atRest()
  world.want({ main: 2, users: 2 })
  await world.reconcile()
  for (const router of [0, 1]) world.reload(router)
  await world.reconcile()
  world.passes(PATIENCE.graceMs + 1_000)
  await world.stall()
  world.want(THREE)
  await world.reconcile()
  for (let change = 0; change < 3; change++) world.resume(change)
  t.equal(world.running.sessions, 3, 'what was decided before is refused')
  await world.settle()
  t.strictSame(world.summary(), wanted(THREE))
})

t.test('a server is routed to once DNS has its name, whichever pool it is of', async (t) => {
  const world = await atRest()
  world.want({ main: 3, users: 4, sessions: 3 })
  for (const server of ['cache-memcached-2', 'cache-memcached-users-3']) world.toggleName(server)
  await world.reconcile()
  await world.reconcile()
  t.strictSame(world.running, { main: 3, users: 4, sessions: 3 })
  t.strictSame(world.published, THREE)
  world.toggleName('cache-memcached-users-3')
  await world.reconcile()
  t.strictSame(world.published, { main: 2, users: 4, sessions: 3 })
})

t.test('before servers go, the API server is asked for routers that the caches do not show', async (t) => {
  const world = await atRest()
  world.want({ main: 2, users: 1, sessions: 1 })
  await world.reconcile()
  world.toggleSeen(1)
  world.reload(0)
  for (const ms of [0, PATIENCE.graceMs + 1_000]) {
    world.passes(ms)
    await world.reconcile()
    world.check()
  }
  t.strictSame(world.running, THREE, 'one that is not shown may use them')
  world.reload(1)
  await world.reconcile()
  world.passes(PATIENCE.graceMs + 1_000)
  await world.reconcile()
  t.strictSame(world.running, { main: 2, users: 1, sessions: 1 })
})

t.test('the status says how each pool gets on', async (t) => {
  const world = await atRest()
  t.match(world.condition('Available'), /^True Serving: 2 routers and 7 of 7 servers are ready$/)
  t.match(world.condition('Progressing'), /^False Complete/)
  world.want({ main: 2, users: 4, sessions: 1 })
  world.toggle('cache-memcached-users-3')
  await world.reconcile()
  await world.reconcile()
  t.match(world.condition('Progressing'), /^True Growing: Pool users: To 4 servers/)
  t.match(world.condition('ConfigApplied'), /^False/)
  await world.settle()
  await world.reconcile()
  t.match(world.condition('Available'), /^True Serving: 2 routers and 7 of 7 servers are ready$/)
  t.match(world.condition('Progressing'), /^False Complete/)
  t.match(world.condition('ConfigApplied'), /^True/)
})

t.test('wherever the reconciler is killed, no router is led astray and all comes to its end', async (t) => {
  const after: Sizes = { main: 3, users: 1 }
  for (let killed = 0; killed < 4; killed++) {
    for (let most = 0; most < 6; most++) {
      const world = await atRest()
      world.want(after)
      for (let pass = 0; pass < 6; pass++) {
        await world.reconcile(pass === killed ? most : undefined)
        world.check()
        world.reload(pass % 2)
        world.check()
        world.passes(PATIENCE.graceMs / 2)
      }
      await world.settle()
      t.strictSame(world.summary(), wanted(after), `pass ${killed} killed after ${most} writes`)
    }
  }
})

t.test('in a simulated world', async (t) => {
  const size = fc.integer({ min: 1, max: 4 })
  const sizes = fc
    .record({ main: size, users: size, sessions: size }, { requiredKeys: ['main'] })
    .map((all): Sizes => ({ ...all }))
  const server = fc
    .tuple(fc.constantFrom('', '-users', '-sessions'), fc.integer({ min: 0, max: 3 }))
    .map(([pool, ordinal]) => `cache-memcached${pool}-${ordinal}`)
  const event = fc.oneof(
    { weight: 3, arbitrary: sizes.map((wants) => async (world: PoolsWorld) => world.want(wants)) },
    {
      weight: 8,
      arbitrary: fc
        .option(fc.nat(9), { nil: undefined })
        .map((most) => (world: PoolsWorld) => world.reconcile(most)),
    },
    { weight: 2, arbitrary: fc.constant((world: PoolsWorld) => world.stall()) },
    { weight: 4, arbitrary: fc.nat(9).map((index) => async (world: PoolsWorld) => world.resume(index)) },
    { weight: 5, arbitrary: server.map((name) => async (world: PoolsWorld) => world.toggle(name)) },
    { weight: 2, arbitrary: server.map((name) => async (world: PoolsWorld) => world.toggleName(name)) },
    {
      weight: 3,
      arbitrary: fc.nat(1).map((router) => async (world: PoolsWorld) => world.toggleSeen(router)),
    },
    { weight: 8, arbitrary: fc.nat(1).map((router) => async (world: PoolsWorld) => world.reload(router)) },
    {
      weight: 4,
      arbitrary: fc
        .integer({ min: 1, max: 200_000 })
        .map((ms) => async (world: PoolsWorld) => world.passes(ms)),
    },
  )

  t.test(
    'no router routes to a server that was taken away or was never there, and all ends as wanted',
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(event, { maxLength: 40, size: 'max' }), sizes, async (events, last) => {
          const world = await atRest()
          for (const happens of events) {
            await happens(world)
            world.check()
          }
          world.want(last)
          await world.settle()
          assert.deepEqual(world.summary(), wanted(last))
        }),
        effort(20),
      )
    },
  )
})
