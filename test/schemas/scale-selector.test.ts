import t from 'tap'
import { copiesIn, scaleSelector, selectsShards, serversOfOne } from '../../schemas/scale-selector.ts'

const MIXED = { shards: 4, copies: 2, topology: 'sharded' } as const

t.test('of shards with copies one server of each is selected, as many as there are to be', async (t) => {
  const selector = 'a=b,apps.kubernetes.io/pod-index in (0,2,4,6)'
  t.equal(scaleSelector('a=b', MIXED), selector)
  t.equal(scaleSelector('a=b', { ...MIXED, shards: 1 }), 'a=b,apps.kubernetes.io/pod-index in (0)')
  t.equal(serversOfOne(MIXED), 2)
  t.ok(selectsShards(selector))
  t.equal(copiesIn(selector), 2)
  t.equal(copiesIn(scaleSelector('a=b', { ...MIXED, shards: 1 })), undefined, 'which one shard does not show')
  const most = scaleSelector('x'.repeat(512), { shards: 500, copies: 2, topology: 'sharded' })
  t.ok(most.length <= 4096, 'what the schema takes')
})

t.test('of all other pools every server counts', async (t) => {
  for (const pool of [
    { shards: 1000, copies: 1, topology: 'sharded' },
    { shards: 1, copies: 3, topology: 'replicated' },
    { shards: 1, copies: 1, topology: 'replicated' },
  ] as const) {
    t.equal(scaleSelector('a=b', pool), 'a=b')
    t.equal(serversOfOne(pool), 1)
  }
  for (const other of ['a=b', undefined, 7]) {
    t.notOk(selectsShards(other))
    t.equal(copiesIn(other), undefined)
  }
})
