import t from 'tap'
import type { Mcrouter } from '../../../schemas/mcrouter.ts'
import { mcrouterWith } from '../../../testing/mcrouter.ts'
import { PATIENCE, PoolsWorld } from './pools-world.ts'
import { mcrouterInZones } from './zones-spec.ts'

const ZONES = ['eu-1a', 'eu-1b', 'eu-1c']

function withoutZones(shards: number, copies: number): Mcrouter {
  return mcrouterWith({ topology: 'sharded', memcached: { shards, copies } })
}

t.test(
  'while what was made for zones goes, shards stay where they are until further copies are there',
  async (t) => {
    const world = new PoolsWorld({ main: 1 })
    world.wantSpec(withoutZones(3, 2))
    await world.reconcile()
    world.reloadAll()
    await world.reconcile()
    t.strictSame([world.published, world.publishedCopies], [{ main: 6 }, { main: 2 }])
    world.toggle('cache-copy-1-0')
    world.wantSpec(mcrouterInZones({ main: 3 }, ZONES))
    await world.reconcile()
    t.match(world.running, { main: 6, 'main/0': 3 })
    world.toggle('cache-memcached-8')
    world.wantSpec(withoutZones(3, 3))
    for (const ms of [0, 0, PATIENCE.confirmMs + 1_000, 0]) {
      world.passes(ms)
      await world.reconcile()
      t.strictSame([world.published, world.publishedCopies], [{ main: 6 }, { main: 2 }])
    }
    world.toggle('cache-memcached-8')
    await world.settle()
    t.strictSame([world.published, world.publishedCopies], [{ main: 9 }, { main: 3 }])
    t.strictSame(world.running, { main: 9 })
  },
)
