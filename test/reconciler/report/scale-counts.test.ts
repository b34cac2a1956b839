import t from 'tap'
import { statusOf } from '../../../reconciler/report/status.ts'
import { findingsWith, statefulSetWith } from '../reconcile-report.ts'

const NOW = Date.UTC(2026, 0, 31, 12)
const MIXED = { shards: 3, copies: 2, topology: 'sharded' } as const
const LAYOUTS = new Map([['main', { shards: 3, copies: 2 }]])

function statusWith(servers: number, main: Parameters<typeof findingsWith>[1], before = {}) {
  return statusOf(findingsWith({ children: [statefulSetWith(servers)] }, main), before, NOW)
}

t.test('the status has what a scale counts: shards that have a server for each copy', async (t) => {
  t.match(statusWith(6, { main: MIXED }), {
    replicas: 3,
    selector: 'app.kubernetes.io/instance=cache,apps.kubernetes.io/pod-index in (0,2,4)',
  })
  t.equal(statusWith(5, { main: MIXED }).replicas, 2, 'the last has one')
  t.equal(statusWith(0, { main: MIXED }).replicas, 0)
})

t.test('or servers, where one more is a shard or a copy', async (t) => {
  for (const main of [
    { shards: 3, copies: 1, topology: 'sharded' },
    { shards: 1, copies: 3, topology: 'replicated' },
  ] as const) {
    t.match(statusWith(3, { main }), { replicas: 3, selector: 'app.kubernetes.io/instance=cache' })
  }
})

t.test('while a spec is not accepted, the number goes by what was accepted before', async (t) => {
  const before = statusWith(6, { main: MIXED, layouts: LAYOUTS })
  const unaccepted = (servers: number, status: object) => {
    const findings = findingsWith({ children: [statefulSetWith(servers)] })
    return statusOf({ ...findings, scale: undefined }, { ...status }, NOW)
  }
  t.equal(unaccepted(4, before).replicas, 2)
  t.equal(unaccepted(4, {}).replicas, 4)
  t.equal(unaccepted(4, { pools: [{ name: 'main', routedServers: 4, copies: 4 }] }).replicas, 4)
})
