import t from 'tap'
import type { Child } from '../../../reconciler/observe/child.ts'
import { wantedRouters } from '../../../reconciler/observe/workload.ts'
import type { ReconcileReport } from '../../../reconciler/reconcile-report.ts'
import { reasonIn, statusOf } from '../../../reconciler/report/status.ts'
import { mcrouterWith } from '../../../testing/mcrouter.ts'
import { routerPods, serverPods } from '../pod.ts'
import { daemonSetWith, deploymentWith, findingsWith, statefulSetWith } from '../reconcile-report.ts'

const NOW = Date.UTC(2026, 0, 31, 12)
const COMPLETE = {
  conditions: [{ type: 'Progressing', status: 'False', reason: 'Complete', lastTransitionTime: 'x' }],
}

function reasonOf(type: string, findings: ReconcileReport): string | undefined {
  return reasonIn(statusOf(findings, COMPLETE, NOW), type)
}

t.test('of routers that are autoscaled those are wanted that the Deployment is to have', async (t) => {
  const mcrouter = mcrouterWith({ routers: { replicas: 8, autoscaling: { min: 2, cpu: 70 } } })
  const admission = { kind: 'accepted', mcrouter } as const
  const wanted = (replicas: number) => wantedRouters(mcrouter.routers, [deploymentWith(replicas)])
  t.equal(wanted(5), 5)
  t.equal(wantedRouters(mcrouter.routers, []), 2, 'before there is one')
  t.equal(wantedRouters(mcrouterWith({ routers: { replicas: 4 } }).routers, [deploymentWith(5)]), 4)
  const findings = (pods: number) =>
    findingsWith(
      {
        admission,
        pods: [...serverPods(2), ...routerPods(pods)],
        children: [statefulSetWith(2), deploymentWith(5)],
      },
      { routers: wanted(5) },
    )
  t.match(statusOf(findings(5), COMPLETE, NOW), { ready: { routers: '5/5' } })
  t.equal(reasonOf('Degraded', findings(5)), 'AsExpected')
  t.equal(reasonOf('Ready', findings(5)), 'Serving')
  t.equal(reasonOf('Degraded', findings(3)), 'RouterNotReady')
})

t.test('of routers on each node those are wanted for which there are nodes', async (t) => {
  const admission = {
    kind: 'accepted',
    mcrouter: mcrouterWith({ routers: { placement: 'Node' } }),
  } as const
  const findings = (children: readonly Child[], routers: number) =>
    findingsWith({ admission, pods: [...serverPods(2), ...routerPods(3)], children }, { routers })
  const placed = findings([statefulSetWith(2), daemonSetWith(3)], 3)
  t.equal(reasonOf('Degraded', placed), 'AsExpected')
  t.equal(reasonOf('Progressing', placed), 'Complete')
  t.equal(reasonOf('Degraded', findings([statefulSetWith(2), daemonSetWith(4)], 4)), 'RouterNotReady')
  const both = findings([statefulSetWith(2), deploymentWith(2), daemonSetWith(3)], 3)
  t.equal(reasonOf('Progressing', both), 'RollingOut', 'while the former ones are still there')
  const rolling = daemonSetWith(3, { updatedNumberScheduled: 1 })
  t.equal(reasonOf('Progressing', findings([statefulSetWith(2), rolling], 3)), 'RollingOut')
})
