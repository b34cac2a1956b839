import t from 'tap'
import { available } from '../../../reconciler/report/conditions/available.ts'
import { mcrouterWith } from '../../../testing/mcrouter.ts'
import { routerPods, serverPods } from '../pod.ts'
import { findingsWith } from '../reconcile-report.ts'

t.test('of shards in copies each may lack one server, and none may lack two', async (t) => {
  const mcrouter = mcrouterWith({ memcached: { shards: 2, copies: 2 } })
  const without = (...missing: number[]) => {
    const servers = serverPods(4).filter(({ ordinal }) => !missing.includes(ordinal))
    return findingsWith(
      { admission: { kind: 'accepted', mcrouter }, pods: [...servers, ...routerPods(2)] },
      { step: { servers: 4, routed: 4 }, running: 4, wanted: 4 },
    )
  }
  t.match(available(without(0, 3)), { reason: 'Serving' })
  t.match(available(without(2, 3)), { reason: 'ServersNotReady' })
})
