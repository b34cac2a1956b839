import t from 'tap'
import type { Child } from '../../../reconciler/observe/child.ts'
import { wantedRouters } from '../../../reconciler/observe/workload.ts'
import { isStillServing } from '../../../reconciler/plan/former-routers.ts'
import { mcrouterWith } from '../../../testing/mcrouter.ts'
import { daemonSetWith, deploymentWith, statefulSetWith } from '../reconcile-report.ts'

const ON_NODES = mcrouterWith({ routers: { placement: 'Node' } })
const ANYWHERE = mcrouterWith()

const isKept = (former: Child, next: Child | undefined, mcrouter = ON_NODES) =>
  isStillServing(former, [former, ...(next === undefined ? [] : [next])], mcrouter)

t.test('former routers stay until every new one serves', async (t) => {
  const former = deploymentWith(2)
  t.ok(isKept(former, undefined), 'there are no new ones')
  t.ok(isKept(former, daemonSetWith(0)), 'no node is to have one')
  t.ok(isKept(former, daemonSetWith(3, { numberAvailable: 2 })))
  t.ok(isKept(former, daemonSetWith(3, { updatedNumberScheduled: 2 })))
  t.ok(isKept(former, daemonSetWith(3, { observedGeneration: 0 })), 'its controller has not looked yet')
  t.notOk(isKept(former, daemonSetWith(3)))
})

t.test('and so they do the other way round', async (t) => {
  t.ok(isKept(daemonSetWith(3), deploymentWith(2, { availableReplicas: 1 }), ANYWHERE))
  t.notOk(isKept(daemonSetWith(3), deploymentWith(2, { availableReplicas: 2 }), ANYWHERE))
})

t.test('nothing else is kept for that', async (t) => {
  t.notOk(isKept(statefulSetWith(2), undefined))
})

t.test('of routers on each node as many are wanted as there are nodes for', async (t) => {
  t.equal(wantedRouters(ON_NODES.routers, [daemonSetWith(7), deploymentWith(2)]), 7)
  t.equal(wantedRouters(ON_NODES.routers, [deploymentWith(2)]), 0)
  t.equal(wantedRouters(ANYWHERE.routers, [daemonSetWith(7)]), 2)
})
