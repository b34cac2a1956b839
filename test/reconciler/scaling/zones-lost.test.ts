import t from 'tap'
import { mcrouterWith } from '../../../testing/mcrouter.ts'
import { OTHERS } from './pools-spec.ts'
import { PoolsWorld } from './pools-world.ts'
import { mcrouterInZones } from './zones-spec.ts'

const ZONES = ['eu-1a', 'eu-1b']
const EXTERNAL = mcrouterWith({
  topology: 'sharded',
  memcached: { external: [{ host: `${OTHERS}0.example.com`, port: 11211, tls: false }] },
})

for (const happens of ['loseConfig', 'spoilConfig'] as const) {
  t.test(
    `${happens}: others' servers are used until those in zones are ready that take their name`,
    async (t) => {
      const world = new PoolsWorld({ main: 1 })
      world.wantSpec(EXTERNAL)
      await world.settle()
      t.strictSame([world.published, world.publishedOthers], [{}, { main: 1 }])
      world.toggle('cache-copy-1-0')
      world.wantSpec(mcrouterInZones({ main: 2 }, ZONES))
      for (let pass = 0; pass < 3; pass++) {
        await world.reconcile()
        t.strictSame([world.published, world.publishedOthers], [{}, { main: 1 }])
        world[happens]()
      }
      await world.settle()
      t.strictSame([world.published, world.publishedOthers], [{ main: 4 }, {}])
    },
  )

  t.test(`${happens}: a further pool in zones is routed to when it is ready in each`, async (t) => {
    const world = new PoolsWorld({ main: 1 })
    world.wantSpec(mcrouterInZones({ main: 2 }, ZONES))
    await world.settle()
    world.toggle('cache-copy-1-users-0')
    world.wantSpec(mcrouterInZones({ main: 2, users: 2 }, ZONES))
    for (let pass = 0; pass < 3; pass++) {
      await world.reconcile()
      t.strictSame(world.published, { main: 4 })
      world[happens]()
    }
    await world.settle()
    t.strictSame(world.published, { main: 4, users: 4 })
  })
}
