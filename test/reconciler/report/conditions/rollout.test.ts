import t from 'tap'
import type { ReconcileReport } from '../../../../reconciler/reconcile-report.ts'
import { available } from '../../../../reconciler/report/conditions/available.ts'
import { progressing } from '../../../../reconciler/report/conditions/progressing.ts'
import { mcrouterWith } from '../../../../testing/mcrouter.ts'
import { podWith, routerPods } from '../../pod.ts'
import { deploymentWith, findingsWith, statefulSetWith } from '../../reconcile-report.ts'

const reason = (findings: ReconcileReport, before = 'Complete') => progressing(findings, before).reason

t.test('a rollout ends when routers have had the time to find the last server', async (t) => {
  const settling = findingsWith({
    children: [statefulSetWith(2, { availableReplicas: 1 }), deploymentWith(2)],
  })
  t.equal(reason(settling, 'RollingOut'), 'RollingOut')
  t.equal(reason(findingsWith(), 'RollingOut'), 'Complete')
  t.equal(reason(settling), 'Complete', 'a lost pod is no rollout')
})

t.test('new pods that replace none are no rollout', async (t) => {
  const growing = deploymentWith(3, { replicas: 2, updatedReplicas: 2 })
  t.equal(reason(findingsWith({ children: [statefulSetWith(2), growing] })), 'Complete')
  const surging = deploymentWith(2, { replicas: 3, updatedReplicas: 1 })
  t.equal(reason(findingsWith({ children: [statefulSetWith(2), surging] })), 'RollingOut')
})

t.test('a server that still listens on the port of before is none that routers can use', async (t) => {
  const moving = mcrouterWith({ memcached: { port: 11212 } })
  const at = (...ports: number[]) =>
    available(
      findingsWith({
        admission: { kind: 'accepted', mcrouter: moving },
        pods: [...ports.map((port, ordinal) => podWith({ ordinal, port })), ...routerPods(2)],
      }),
    ).reason
  t.equal(at(11211, 11211), 'ServersNotReady')
  t.equal(at(11211, 11212), 'Serving')
})
