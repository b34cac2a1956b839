import t from 'tap'
import type { ReconcileReport } from '../../../../reconciler/reconcile-report.ts'
import { reasonIn, statusOf } from '../../../../reconciler/report/status.ts'
import type { JsonObject } from '../../../../schemas/json.ts'
import { kstatus } from '../../../support/kstatus.ts'
import { podWith, routerPods, serverPods } from '../../pod.ts'
import { deploymentWith, findingsWith, statefulSetWith } from '../../reconcile-report.ts'

const NOW = Date.UTC(2026, 0, 31, 12)
const COMPLETE = { conditions: [{ type: 'Progressing', status: 'False', reason: 'Complete' }] }
const CREATING = { conditions: [{ type: 'Progressing', status: 'True', reason: 'Creating' }] }

const conflict = { reason: 'NameConflict' as const, message: 'Service cache is in the way', kind: 'Service' }
const behind = {
  confirmation: { states: [{ pod: 'r-0', runs: 'old' as const }], since: undefined },
}
const unpulled = podWith({
  component: 'mcrouter',
  ready: false,
  trouble: { reason: 'ImagePullFailed', message: 'Pod r-0 cannot get image nope' },
})
const unaccepted = (admission: ReconcileReport['admission']): ReconcileReport => ({
  ...findingsWith({ admission }),
  scale: undefined,
})
const stuck = deploymentWith(2, {
  conditions: [{ type: 'Progressing', reason: 'ProgressDeadlineExceeded', message: 'timed out' }],
})

/** Each state with the reason that Ready gives and the verdict of who waits by kstatus. */
const STATES: readonly [string, ReconcileReport, JsonObject, string, string][] = [
  ['all is well', findingsWith(), COMPLETE, 'Serving', 'Current'],
  ['the first pods start', findingsWith({ pods: [], children: [] }), {}, 'Creating', 'InProgress'],
  [
    'an image cannot be pulled',
    findingsWith({ pods: [...serverPods(2), unpulled] }),
    CREATING,
    'ImagePullFailed',
    'InProgress',
  ],
  [
    'routers have still to load the configuration',
    findingsWith({}, behind),
    COMPLETE,
    'Waiting',
    'InProgress',
  ],
  [
    'a router has not loaded it in time',
    findingsWith({}, { ...behind, overdue: true }),
    COMPLETE,
    'ConfigUnconfirmed',
    'InProgress',
  ],
  [
    'pods are replaced',
    findingsWith({ children: [statefulSetWith(2, { updateRevision: 'b' }), deploymentWith(2)] }),
    COMPLETE,
    'RollingOut',
    'InProgress',
  ],
  [
    'the pool grows',
    findingsWith({}, { wait: { for: 'servers', ordinals: [2] } }),
    COMPLETE,
    'Growing',
    'InProgress',
  ],
  [
    'a change is still to be made',
    findingsWith({ outstanding: ['Deployment cache'] }),
    COMPLETE,
    'Applying',
    'InProgress',
  ],
  [
    'a server is down and the others serve',
    findingsWith({ pods: [...serverPods(1), ...routerPods(2)] }),
    COMPLETE,
    'ServerNotReady',
    'InProgress',
  ],
  ['no router is ready', findingsWith({ pods: serverPods(2) }), COMPLETE, 'RouterNotReady', 'InProgress'],
  [
    'the API server refuses a change',
    findingsWith({ faults: [{ reason: 'ApplyFailed', message: 'no' }] }),
    COMPLETE,
    'ApplyFailed',
    'InProgress',
  ],
  ['a name is taken', findingsWith({ faults: [conflict] }), COMPLETE, 'NameConflict', 'Failed'],
  [
    'the rollout is stuck',
    findingsWith({ children: [statefulSetWith(2), stuck], pods: [...serverPods(2), unpulled] }),
    COMPLETE,
    'ImagePullFailed',
    'Failed',
  ],
  [
    'the spec is invalid',
    unaccepted({
      kind: 'invalid',
      violations: [{ path: 'spec.x', reason: 'FieldValueInvalid', message: 'no' }],
    }),
    COMPLETE,
    'Invalid',
    'Failed',
  ],
  [
    'the spec is being normalised',
    unaccepted({ kind: 'normalising', problem: 'no webhook' }),
    COMPLETE,
    'NotNormalised',
    'InProgress',
  ],
  ['pods of before are left alone', findingsWith({}, { adopting: true }), COMPLETE, 'Serving', 'Current'],
]

for (const [state, findings, before, reason, verdict] of STATES) {
  t.test(state, async (t) => {
    const status = statusOf(findings, before, NOW)
    t.equal(reasonIn(status, 'Ready'), reason)
    const metadata = { generation: findings.generation }
    t.equal(kstatus({ metadata, status }), verdict)
    t.equal(kstatus({ metadata: { generation: 4 }, status }), 'InProgress', 'a newer spec')
    t.equal(kstatus({ metadata: { ...metadata, deletionTimestamp: 'x' }, status }), 'Terminating')
    t.equal(verdict === 'Current', ready(status), 'Ready is what kubectl waits for, and says the same')
  })
}

t.test('before the first status the API server says that nothing is observed', async (t) => {
  t.equal(kstatus({ metadata: { generation: 1 }, status: { observedGeneration: -1 } }), 'InProgress')
})

function ready({ conditions }: JsonObject): boolean {
  return Object(conditions).some(({ type, status }: JsonObject) => type === 'Ready' && status === 'True')
}
