import t from 'tap'
import type { Pod } from '../../../reconciler/observe/pod.ts'
import { asItRuns } from '../../../reconciler/observe/running-pool.ts'
import { asHeld } from '../../../reconciler/scaling/held-pool.ts'
import type { Mcrouter, Pool } from '../../../schemas/mcrouter.ts'
import { mcrouterWith } from '../../../testing/mcrouter.ts'
import { fraction } from '../../../text/fraction.ts'
import { applied, desiredOf } from '../plan/applied.ts'
import { podWith } from '../pod.ts'
import { PATIENCE, PoolsWorld } from './pools-world.ts'

const LISTED = ['a.example.com', 'b.example.com', 'c.example.com']
const EXTERNAL: Partial<Pool> = {
  shards: 3,
  copies: 1,
  external: LISTED.map((host) => ({ host, port: 11_211, tls: false })),
}
/** Of which nothing is what a spec says that says nothing. */
const OWN: Partial<Pool> = {
  shards: 2,
  copies: 2,
  image: 'registry.example.com/memcached:1.6.42',
  port: 11_300,
  memoryMb: 4096,
  maxItemSize: '128m',
  threads: 8,
  args: ['-o', 'modern'],
}

/** With the pool as it is given, and the other one small. */
function specOf(name: string, pool: Partial<Pool>): Mcrouter {
  const plain: Partial<Pool> = { shards: 2, copies: 1, external: [] }
  const [memcached, users] = name === 'main' ? [pool, plain] : [plain, pool]
  const [main] = mcrouterWith({ memcached }).pools
  const further = mcrouterWith({ memcached: { external: [], ...users } }).pools[0]
  const prefixes = [{ prefix: 'users:', pool: 'users' }]
  return { ...mcrouterWith({ prefixes }), pools: [main, { ...further, name: 'users' }] }
}

async function atRest(mcrouter: Mcrouter): Promise<PoolsWorld> {
  const world = new PoolsWorld({ main: 1 })
  world.wantSpec(mcrouter)
  await confirmed(world)
  return world
}

async function confirmed(world: PoolsWorld): Promise<void> {
  for (let pass = 0; pass < 3; pass++) {
    await world.reconcile()
    for (const router of [0, 1]) world.reload(router)
    world.passes(PATIENCE.graceMs + 1_000)
  }
  await world.reconcile()
}

for (const pool of ['main', 'users']) {
  t.test(`while others' servers of ${pool} wait for a consent, own ones stay as they run`, async (t) => {
    const world = await atRest(specOf(pool, OWN))
    const before = { config: world.config, running: world.running, template: world.template(pool) }
    t.match(before.config, /:11300"/)
    const now = () => ({ config: world.config, running: world.running, template: world.template(pool) })
    world.consents('')
    world.wantSpec(specOf(pool, EXTERNAL))
    await confirmed(world)
    t.strictSame(now(), before)
    t.match(world.condition('Stalled'), /^True ConsentNeeded/)
    t.match(world.condition('Progressing'), /^False Complete/)

    for (const happens of [() => world.loseConfig(), () => world.spoilConfig(), () => world.reconcile(1)]) {
      await happens()
      await confirmed(world)
      t.strictSame(now(), before)
    }
    world.wantSpec(specOf(pool, OWN))
    await confirmed(world)
    t.strictSame(now(), before, 'it is taken back')

    world.wantSpec(specOf(pool, EXTERNAL))
    await world.reconcile()
    t.strictSame(now(), before)
    world.consents(/consent: "(.*)"$/.exec(world.condition('Degraded'))?.[1] ?? 'none was asked for')
    await confirmed(world)
    t.strictSame(world.publishedOthers, { [pool]: 3 })
    t.notOk(world.running[pool])
  })

  t.test(
    `a held pool ${pool} whose StatefulSet is deleted gets one with the addresses that it has`,
    async (t) => {
      const world = await atRest(specOf(pool, OWN))
      world.consents('')
      world.wantSpec(specOf(pool, EXTERNAL))
      await confirmed(world)
      world.loseServers(pool)
      await confirmed(world)
      t.equal(world.running[pool], 4)
      const port = /-memcached(?:-users)?-0[^"]*:(\d+)"/.exec(world.config)?.[1]
      t.match(JSON.stringify(world.template(pool)), `"-p","${port}"`)
    },
  )

  t.test(
    `own servers of ${pool} in the place of others' wait also while the configuration is lost`,
    async (t) => {
      const world = await atRest(specOf(pool, EXTERNAL))
      t.strictSame(world.publishedOthers, { [pool]: 3 })
      world.consents('')
      for (const happens of [() => world.loseConfig(), () => world.spoilConfig()]) {
        happens()
        world.wantSpec(specOf(pool, { ...OWN, external: [] }))
        await world.reconcile()
        t.notOk(world.running[pool], 'no server is made in vain')
        await confirmed(world)
        t.match(world.condition('Stalled'), /^True ConsentNeeded/)
        t.strictSame([world.publishedOthers, world.running[pool]], [{ [pool]: 3 }, undefined])
      }
    },
  )

  t.test(
    `routers go on with others' servers of ${pool} until own ones are ready, whatever is lost`,
    async (t) => {
      const world = await atRest(specOf(pool, EXTERNAL))
      const last = `cache-memcached${pool === 'main' ? '' : '-users'}-3`
      world.toggle(last)
      for (const happens of [() => world.loseConfig(), () => world.spoilConfig(), () => world.loseConfig()]) {
        happens()
        world.wantSpec(specOf(pool, { ...OWN, external: [] }))
        await world.reconcile()
        t.strictSame(world.publishedOthers, { [pool]: 3 })
        await world.reconcile()
        t.strictSame([world.publishedOthers, world.running[pool]], [{ [pool]: 3 }, 4])
      }
      world.toggle(last)
      await confirmed(world)
      t.equal(world.published[pool], 4)
    },
  )
}

t.test('pods that a deleted StatefulSet left are replaced by no other, and tell their port', async (t) => {
  const [before] = mcrouterWith({ memcached: { port: 11_300 } }).pools
  const held = [{ field: 'pool.external', change: '', lost: fraction(1, 1), before }] as const
  const [statefulSet, ...others] = desiredOf({ memcached: { port: 11_300 } }).toSorted((one) =>
    one.kind === 'StatefulSet' ? -1 : 0,
  )
  const orphan = podWith({ port: 11_300 })
  const desired = (pods: readonly Pod[]) =>
    statefulSet && asHeld(statefulSet, held, { name: 'cache' }, { children: [], pods })
  t.equal(desired([orphan]), undefined)
  t.equal(desired([]), statefulSet)
  t.equal(desired([{ ...orphan, deleting: true }]), statefulSet)
  t.equal(desired([podWith({ pool: 'users' })]), statefulSet)
  for (const other of others)
    t.equal(asHeld(other, held, { name: 'cache' }, { children: [], pods: [orphan] }), other)
  const [spec] = mcrouterWith().pools
  t.match(asItRuns(spec, { name: 'cache' }, { children: [], pods: [orphan] }), { port: 11_300 })
  t.strictSame(asItRuns(spec, { name: 'cache' }, { children: [], pods: [] }), spec)
})

t.test('what somebody else set in a held StatefulSet stays theirs', async (t) => {
  const [before] = mcrouterWith().pools
  const held = [{ field: 'pool.external', change: '', lost: fraction(1, 1), before }] as const
  const manifest = desiredOf().find(({ kind }) => kind === 'StatefulSet')
  if (manifest === undefined) throw new Error('no StatefulSet')
  const child = applied(manifest)
  const others = { ...child, owned: { ...child.owned, spec: { template: { spec: { containers: [] } } } } }
  const desired = asHeld(manifest, held, { name: 'cache' }, { children: [others], pods: [] })
  t.strictSame(desired?.spec, { template: { spec: { containers: [] } }, replicas: 2 })
})
