import t from 'tap'
import { recordedIn } from '../../../reconciler/observe/last-status.ts'
import type { ReconcileReport } from '../../../reconciler/reconcile-report.ts'
import { reasonIn, statusOf } from '../../../reconciler/report/status.ts'
import type { JsonObject } from '../../../schemas/json.ts'
import { CONDITIONS } from '../../../schemas/status/conditions.ts'
import { mcrouterWith } from '../../../testing/mcrouter.ts'
import { podWith, routerPods, serverPods } from '../pod.ts'
import { deploymentWith, findingsWith, statefulSetWith } from '../reconcile-report.ts'

const NOW = Date.UTC(2026, 0, 31, 12)
const COMPLETE = {
  conditions: [{ type: 'Progressing', status: 'False', reason: 'Complete', lastTransitionTime: 'x' }],
}

/** The reasons of all conditions, for a Mcrouter that was complete before. */
function reasons(
  findings: ReconcileReport,
  before: JsonObject = COMPLETE,
): Record<string, string | undefined> {
  const status = statusOf(findings, before, NOW)
  return Object.fromEntries(Object.keys(CONDITIONS).map((type) => [type, reasonIn(status, type)]))
}

t.test('a Mcrouter with which all is well', async (t) => {
  const status = statusOf(findingsWith(), COMPLETE, NOW)
  t.match(status, {
    observedGeneration: 3,
    endpoint: 'cache.shop.svc.cluster.local:5000',
    servers: ['cache-memcached-0:11211', 'cache-memcached-1:11211'],
    replicas: 2,
    readyServers: 2,
    readyRouters: 2,
    ready: { servers: '2/2', routers: '2/2' },
    config: { digest: 'd1', routers: '2/2', since: '2026-01-01T00:00:00Z' },
  })
  t.strictSame(reasons(findingsWith()), {
    Accepted: 'Valid',
    ConfigApplied: 'Confirmed',
    Available: 'Serving',
    Progressing: 'Complete',
    Degraded: 'AsExpected',
    Running: 'Successful',
    Ready: 'Serving',
    Reconciling: 'Idle',
    Stalled: 'NotStalled',
  })
  t.match(status.conditions, [{ type: 'Accepted', status: 'True', observedGeneration: 3 }])
  t.match(JSON.stringify(status), '"Awaiting next reconciliation"', 'as the Ansible operator said it')
})

t.test('the time of a transition moves with the status of the condition and with nothing else', async (t) => {
  const first = statusOf(findingsWith(), {}, NOW)
  const later = NOW + 60_000
  t.strictSame(statusOf(findingsWith(), first, later), first, 'the same findings, the same status')
  const times = (status: JsonObject) =>
    Object.fromEntries(Object(status.conditions).map((one: JsonObject) => [one.type, one.lastTransitionTime]))
  const oneDown = statusOf(
    findingsWith({ pods: [...serverPods(2), ...routerPods(2, { ready: false })] }),
    first,
    later,
  )
  t.strictSame(times(oneDown), {
    ...times(first),
    ConfigApplied: '2026-01-31T12:01:00Z',
    Available: '2026-01-31T12:01:00Z',
    Degraded: '2026-01-31T12:01:00Z',
    Ready: '2026-01-31T12:01:00Z',
  })
})

t.test('a new Mcrouter is being created until its first pods are ready', async (t) => {
  const none = findingsWith({ pods: [], children: [] })
  t.match(reasons(none, {}), {
    Available: 'NoRouter',
    Progressing: 'Creating',
    Degraded: 'AsExpected',
    ConfigApplied: 'NoRouter',
  })
  const creating = { conditions: [{ type: 'Progressing', reason: 'Creating', status: 'True' }] }
  const half = findingsWith({ pods: [...serverPods(2), ...routerPods(1)] })
  t.match(reasons(half, creating), { Available: 'Serving', Progressing: 'Creating', Degraded: 'AsExpected' })
  t.match(reasons(findingsWith(), creating), { Progressing: 'Complete' })
})

t.test('what could not be changed yet is no change that is complete', async (t) => {
  const outstanding = ['Deployment cache', 'ConfigMap cache-config']
  const status = statusOf(findingsWith({ outstanding }), COMPLETE, NOW)
  const found = ['Progressing', 'Running', 'ConfigApplied', 'Available'].map((type) => reasonIn(status, type))
  t.same(found, ['Applying', 'Running', 'Waiting', 'Serving'])
  t.match(JSON.stringify(status), 'Deployment cache and ConfigMap cache-config still to be changed')
})

t.test('available: a router, and as many servers as the topology needs', async (t) => {
  const down = (servers: number) => [...serverPods(servers), ...routerPods(2)]
  const sharded = (servers: number) => {
    const findings = findingsWith({ pods: down(servers) })
    const { admission } = findings
    if (admission.kind !== 'accepted') throw new Error('not accepted')
    return {
      ...findings,
      admission: { ...admission, mcrouter: mcrouterWith({ topology: 'sharded' }) },
    }
  }
  t.match(reasons(findingsWith({ pods: down(1) })), { Available: 'Serving', Degraded: 'ServerNotReady' })
  t.match(reasons(findingsWith({ pods: down(0) })), { Available: 'ServersNotReady' })
  t.match(reasons(sharded(2)), { Available: 'Serving' })
  t.match(reasons(sharded(1)), { Available: 'ServersNotReady' })
  t.match(reasons(findingsWith({ pods: serverPods(2) })), { Available: 'NoRouter' })
})

t.test(
  'a stranger that has the name of one of the objects: not all is applied, nor is it ours that clients meet',
  async (t) => {
    const fault = (kind: string) => ({
      reason: 'NameConflict' as const,
      message: `${kind} is in the way`,
      kind,
    })
    const taken = { Available: 'NameConflict', Degraded: 'NameConflict', Running: 'Failed' }
    t.match(reasons(findingsWith({ faults: [fault('Service')] })), taken)
    t.match(reasons(findingsWith({ faults: [fault('PodDisruptionBudget')] })), {
      ...taken,
      Available: 'Serving',
    })
  },
)

t.test('what is wrong with a pod is said, and a rollout that replaces it is nothing wrong', async (t) => {
  const trouble = {
    reason: 'Unschedulable' as const,
    message: 'Pod cache-memcached-1 fits on no node: 0/3 nodes',
  }
  const pods = [podWith({ ordinal: 0 }), podWith({ ordinal: 1, ready: false, trouble }), ...routerPods(2)]
  t.match(reasons(findingsWith({ pods })), { Degraded: 'Unschedulable' })
  t.match(JSON.stringify(statusOf(findingsWith({ pods }), COMPLETE, NOW)), 'fits on no node: 0/3 nodes')

  const one = [
    podWith({ ordinal: 0 }),
    podWith({ ordinal: 1, ready: false, turnedAt: NOW }),
    ...routerPods(2),
  ]
  t.match(reasons(findingsWith({ pods: one })), { Progressing: 'Complete', Degraded: 'ServerNotReady' })
  const rolling = [statefulSetWith(2, { updateRevision: 'b' }), deploymentWith(2)]
  t.match(reasons(findingsWith({ pods: one, children: rolling })), {
    Progressing: 'RollingOut',
    Degraded: 'AsExpected',
  })
  t.match(reasons(findingsWith({ pods: [...serverPods(2), ...routerPods(1)] })), {
    Degraded: 'RouterNotReady',
  })
})

t.test('a pod that says nothing is no longer explained by what is under way after ten minutes', async (t) => {
  const creating = { conditions: [{ type: 'Progressing', reason: 'Creating', status: 'True' }] }
  const waiting = (forMs: number) => ({ ready: false, running: false, turnedAt: NOW - forMs })
  const server = (forMs: number) =>
    findingsWith({ pods: [podWith({ ordinal: 0, ...waiting(forMs) }), ...routerPods(2)] })
  t.match(reasons(server(599_000), creating), { Progressing: 'Creating', Degraded: 'AsExpected' })
  t.match(reasons(server(600_000), creating), { Progressing: 'Creating', Degraded: 'ServerNotReady' })
  t.match(JSON.stringify(statusOf(server(600_000), creating, NOW)), '"cache-memcached-0 not ready; ')

  const surge = podWith({ name: 'r-9', component: 'mcrouter', ...waiting(600_000) })
  const pods = [...serverPods(2), ...routerPods(2), surge]
  const rolling = [statefulSetWith(2), deploymentWith(2, { replicas: 3, updatedReplicas: 1 })]
  t.match(reasons(findingsWith({ pods, children: rolling })), {
    Progressing: 'RollingOut',
    Degraded: 'RouterNotReady',
  })
})

t.test('what the workload controllers say', async (t) => {
  const condition = (type: string, status: string, reason: string, message: string) => ({
    conditions: [{ type, status, reason, message }],
  })
  const refused = deploymentWith(2, condition('ReplicaFailure', 'True', 'FailedCreate', 'exceeded quota: q'))
  t.match(reasons(findingsWith({ children: [statefulSetWith(2), refused] })), { Degraded: 'PodsRefused' })
  const stuck = deploymentWith(2, condition('Progressing', 'False', 'ProgressDeadlineExceeded', 'timed out'))
  t.match(reasons(findingsWith({ children: [statefulSetWith(2), stuck] })), { Progressing: 'Stalled' })
  const none = findingsWith({ pods: [], children: [statefulSetWith(2), stuck] })
  t.match(reasons(none, {}), { Progressing: 'Stalled' }, 'also where it never ran')
  const unseen = { ...deploymentWith(2), metadata: { ...deploymentWith(2).metadata, generation: 2 } }
  t.match(reasons(findingsWith({ children: [statefulSetWith(2), unseen] })), { Progressing: 'Applying' })
})

t.test('growing and shrinking say what they wait for', async (t) => {
  const growing = findingsWith(
    {},
    { step: { servers: 4, routed: 2 }, wait: { for: 'servers', ordinals: [2, 3] } },
  )
  t.match(reasons(growing), { Progressing: 'Growing', Degraded: 'AsExpected', Running: 'Running' })
  const behind = { states: [{ pod: 'r-0', runs: 'old' as const }], since: undefined }
  const shrink = (overdue: boolean) =>
    findingsWith(
      {},
      { running: 4, wait: { for: 'confirmation', overdue, remainingMs: 1 }, confirmation: behind, overdue },
    )
  t.match(reasons(shrink(false)), {
    Progressing: 'Shrinking',
    ConfigApplied: 'Waiting',
    Degraded: 'AsExpected',
  })
  t.match(reasons(shrink(true)), {
    Progressing: 'WaitingForRouters',
    ConfigApplied: 'OldConfig',
    Degraded: 'ConfigUnconfirmed',
  })
  t.match(
    JSON.stringify(statusOf(shrink(true), COMPLETE, NOW)),
    /Servers that are to go keep running; Configuration not confirmed in time by r-0/,
  )
  const leaving = podWith({ name: 'r-9', component: 'mcrouter', deleting: true })
  const held = findingsWith(
    { pods: [...serverPods(4), ...routerPods(2), leaving] },
    { running: 4, wait: { for: 'confirmation', overdue: true, remainingMs: 0 }, overdue: true },
  )
  t.match(reasons(held), { ConfigApplied: 'Confirmed', Degraded: 'ConfigUnconfirmed' })
  t.match(JSON.stringify(statusOf(held, COMPLETE, NOW)), /keep running; Being deleted and still running: r-9/)
  const grace = findingsWith({}, { running: 4, wait: { for: 'grace', remainingMs: 1 } })
  t.match(reasons(grace), { Progressing: 'Shrinking' })
  t.match(reasons(findingsWith({}, { adopting: true })), { Progressing: 'Adopting' })
  const shrinking = { adopting: true, running: 4, wait: grace.scale?.pools[0]?.wait }
  t.match(reasons(findingsWith({}, shrinking)), { Progressing: 'Shrinking' }, 'which ends, is told first')
})

t.test('a router that does not run the configuration is named, with why', async (t) => {
  const states = [
    { pod: 'r-0', runs: 'published' as const },
    { pod: 'r-1', runs: 'refused' as const },
    { pod: 'r-2', runs: 'unknown' as const, because: 'connect ECONNREFUSED 10.0.0.3:5000' },
  ]
  const confirm = (from: number, to: number, overdue = false) =>
    findingsWith({}, { confirmation: { states: states.slice(from, to), since: undefined }, overdue })
  t.match(reasons(confirm(0, 2)), { ConfigApplied: 'Refused' })
  t.match(reasons(confirm(2, 3)), { ConfigApplied: 'Waiting' })
  t.match(reasons(confirm(2, 3, true)), { ConfigApplied: 'Unreachable' })
  const status = statusOf(confirm(0, 3), COMPLETE, NOW)
  t.match(status, { config: { digest: 'd1', routers: '1/3' } })
  t.equal(recordedIn(status)?.since, undefined)
  t.match(JSON.stringify(status), /r-1 has refused it.*r-2 cannot be asked: connect ECONNREFUSED/)
  t.match(reasons(findingsWith({}, { confirmation: undefined })), { ConfigApplied: 'Written' })
})

t.test('a spec that is not accepted leaves what is known of the one before', async (t) => {
  const before = statusOf(findingsWith(), {}, NOW)
  const violations = [
    { path: 'spec.pool_setup', reason: 'FieldValueNotSupported' as const, message: 'no "x"' },
  ]
  const refused: ReconcileReport = {
    ...findingsWith({
      admission: { kind: 'invalid', violations },

      generation: 4,
    }),
    scale: undefined,
  }
  const status = statusOf(refused, before, NOW)
  t.match(status, {
    observedGeneration: 4,
    endpoint: before.endpoint,
    servers: before.servers,
    config: before.config,
  })
  t.match(reasons(refused, before), {
    Accepted: 'Invalid',
    ConfigApplied: 'NotAccepted',
    Available: 'Serving',
    Progressing: 'NotAccepted',
    Degraded: 'NotAccepted',
    Running: 'Failed',
  })
  t.match(reasons({ ...refused, pods: [] }), { Available: 'NotAccepted' })
  const words = (routers: number) =>
    JSON.stringify(statusOf({ ...refused, pods: routerPods(routers) }, {}, NOW))
  t.match(words(1), '"1 router of an earlier spec is ready"')
  t.match(words(2), '"2 routers of an earlier spec are ready"')
  const normalising: ReconcileReport = {
    ...findingsWith({
      admission: { kind: 'normalising', problem: 'no webhook' },
    }),
    scale: undefined,
  }
  t.match(reasons(normalising), { Accepted: 'NotNormalised', Running: 'Running' })
})

t.test('faults come first, and not all of them', async (t) => {
  const faults = ['a', 'b', 'c', 'd', 'e'].map((message) => ({ reason: 'ApplyFailed' as const, message }))
  const status = statusOf(findingsWith({ faults }), COMPLETE, NOW)
  t.match(reasons(findingsWith({ faults })), { Degraded: 'ApplyFailed', Running: 'Failed' })
  t.match(JSON.stringify(status), '"a; b; c; and 2 more"')
})

t.test('no condition carries a reason that the catalogue does not have', async (t) => {
  const found = Object(statusOf(findingsWith(), COMPLETE, NOW).conditions)
  for (const { type, reason, status } of found) {
    const kind = Object.entries(CONDITIONS).find(([name]) => name === type)?.[1]
    t.match(Object.entries(kind?.reasons ?? {}).find(([name]) => name === reason)?.[1], { status }, type)
  }
})
