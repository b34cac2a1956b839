import t from 'tap'
import { shardSelector, shardsIn } from '../../../reconciler/report/shards.ts'
import { statusOf } from '../../../reconciler/report/status.ts'
import { findingsWith, statefulSetWith } from '../reconcile-report.ts'

const NOW = Date.UTC(2026, 0, 31, 12)

t.test('shards are counted that have a server for each copy', async (t) => {
  const layout = { shards: 4, copies: 2 }
  t.equal(shardsIn(8, layout), 4)
  t.equal(shardsIn(7, layout), 3, 'the last has one')
  t.equal(shardsIn(0, layout), 0)
  t.equal(shardsIn(3, { shards: 3, copies: 1 }), 3)
})

t.test('as many pods are selected as there are to be shards, one of each', async (t) => {
  t.equal(shardSelector('a=b', { shards: 4, copies: 2 }), 'a=b,apps.kubernetes.io/pod-index in (0,2,4,6)')
  t.equal(shardSelector('a=b', { shards: 1, copies: 3 }), 'a=b,apps.kubernetes.io/pod-index in (0)')
  t.equal(shardSelector('a=b', { shards: 1000, copies: 1 }), 'a=b')
  t.ok(shardSelector('x'.repeat(512), { shards: 500, copies: 2 }).length <= 4096, 'what the schema takes')
})

t.test('the status has both, beside those of all servers', async (t) => {
  const layout = { shards: 3, copies: 2 }
  const status = statusOf(findingsWith({ children: [statefulSetWith(6)] }, { layout }), {}, NOW)
  t.match(status, {
    replicas: 6,
    selector: 'app.kubernetes.io/instance=cache',
    shards: 3,
    shardSelector: 'app.kubernetes.io/instance=cache,apps.kubernetes.io/pod-index in (0,2,4)',
  })
})
