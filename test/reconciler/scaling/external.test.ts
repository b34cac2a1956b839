import t from 'tap'
import { progressing } from '../../../reconciler/report/conditions/progressing.ts'
import { poolSizes } from '../../../reconciler/scaling/pool-size.ts'
import { isKept } from '../../../reconciler/scaling/removal.ts'
import { mcrouterWith } from '../../../testing/mcrouter.ts'
import { podWith } from '../pod.ts'
import { findingsWith, statefulSetWith } from '../reconcile-report.ts'
import { scalingWith } from './pool.ts'

const external = [{ host: '10.8.0.4', port: 11211, tls: false }]
const OLD = { name: 'old', shards: 1, copies: 1, external }
const BESIDE = mcrouterWith({ pools: [OLD] })
const ALONE = mcrouterWith({ memcached: { shards: 1, copies: 1, external } })

t.test('servers of others are not scaled, and nothing waits for them', async (t) => {
  const own = poolSizes(BESIDE, { children: [statefulSetWith(2)], pods: [] })
  t.strictSame(
    own.map(({ name }) => name),
    ['main'],
  )
  t.strictSame(poolSizes(ALONE, { children: [], pods: [] }), [])
  t.match(progressing(findingsWith({ admission: { kind: 'accepted', mcrouter: BESIDE } }), 'Complete'), {
    reason: 'Complete',
  })
})

t.test('own servers under a name that others have now stay while a router may use them', async (t) => {
  const left = poolSizes(ALONE, { children: [statefulSetWith(2)], pods: [podWith({ ordinal: 0 })] })
  t.match(left, [{ name: 'main', units: [{ wanted: 0, running: 2 }] }])
  t.ok(isKept(ALONE, scalingWith(), statefulSetWith(2)))
  t.notOk(isKept(BESIDE, scalingWith(), statefulSetWith(2)), 'what is in the spec is desired, not kept')
})
