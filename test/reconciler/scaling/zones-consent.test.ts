import t from 'tap'
import { ZONE_LABEL } from '../../../schemas/well-known.ts'
import { PoolsWorld } from './pools-world.ts'
import { mcrouterInZones } from './zones-spec.ts'

const [A, B, C] = ['eu-1a', 'eu-1b', 'eu-1c'] as const
const TWO = [A, B]
const THREE = [A, B, C]

async function atRest(shards: { readonly main: number }, zones: readonly string[]): Promise<PoolsWorld> {
  const world = new PoolsWorld({ main: 1 })
  world.wantSpec(mcrouterInZones(shards, zones))
  await world.reconcile()
  world.reloadAll()
  await world.reconcile()
  return world
}

t.test('another zone at a place waits for the words that consent to it', async (t) => {
  const world = await atRest({ main: 2 }, TWO)
  world.consents('')
  world.wantSpec(mcrouterInZones({ main: 3 }, [A, C]))
  await world.settle()
  await world.reconcile()
  t.match(world.condition('Degraded'), /^True ConsentNeeded: pool main stays as it is/)
  t.match(world.nodeSelector('cache-copy-1'), { [ZONE_LABEL]: B })
  const [, words = ''] = /consent: "([^"]+)"/.exec(world.condition('Degraded')) ?? []
  world.consents(words)
  await world.settle()
  t.match(world.nodeSelector('cache-copy-1'), { [ZONE_LABEL]: C })
  t.strictSame(world.published, { main: 6 })
})

t.test('zones that are appended or taken from the end ask nothing', async (t) => {
  const world = await atRest({ main: 2 }, TWO)
  world.consents('')
  for (const zones of [THREE, TWO]) {
    world.wantSpec(mcrouterInZones({ main: 2 }, zones))
    await world.settle()
    t.strictSame(world.publishedZones, { main: zones.length })
  }
})
