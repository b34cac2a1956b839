import t from 'tap'
import { poolSizes } from '../../../reconciler/scaling/pool-size.ts'
import { usedNow } from '../../../reconciler/scaling/used.ts'
import { applied, desiredOf } from '../plan/applied.ts'
import { MCROUTER } from '../reconcile-context.ts'
import { mcrouterInZones } from './zones-spec.ts'

const ZONES = ['eu-1a', 'eu-1b', 'eu-1c']

t.test(
  'where nothing tells what routers use, it is all copies that run, in whatever order they are found',
  async (t) => {
    const copies = desiredOf({ topology: 'sharded', memcached: { shards: 2, copies: 3, zones: ZONES } })
      .filter(({ kind }) => kind === 'StatefulSet')
      .map((manifest) => ({ ...applied(manifest), replicas: 2 }))
    t.equal(copies.length, 3)
    for (const zones of [[], ZONES.slice(0, 2), ZONES]) {
      for (const children of [copies, copies.toReversed()]) {
        const [size, another] = poolSizes(mcrouterInZones({ main: 2 }, zones), { children, pods: [] })
        t.equal(another, undefined)
        const used = size && usedNow(size, undefined, { ...MCROUTER, status: {} }, [])
        t.strictSame(used, { servers: 6, copies: 3, zoned: true }, `${zones.length} zones`)
      }
    }
  },
)
