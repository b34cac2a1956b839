import t from 'tap'
import type { JsonObject } from '../../schemas/json.ts'
import { type ControlPlane, startControlPlane } from '../../testing/control-plane/index.ts'
import { eventually } from '../../testing/deadline.ts'
import { startOperator, succeeded } from '../../testing/operator/index.ts'

const NAMESPACE = 'mcrouter-system'
const RULES = { apiGroups: ['mcrouter.example.com'], apiVersions: ['*'], resources: ['mcrouters'] }

const COUNT = 'count/mcrouters.mcrouter.example.com'

/** Rules of a cluster about Mcrouters, none of which the trial of the reconciler can know. */
const policies: readonly (readonly [name: string, objects: readonly JsonObject[]])[] = [
  [
    'a ValidatingAdmissionPolicy that wants a label',
    [
      {
        apiVersion: 'admissionregistration.k8s.io/v1',
        kind: 'ValidatingAdmissionPolicy',
        metadata: { name: 'cost-centre' },
        spec: {
          matchConstraints: { resourceRules: [{ ...RULES, operations: ['CREATE', 'UPDATE'] }] },
          validations: [
            {
              expression: "has(object.metadata.labels) && 'cost-centre' in object.metadata.labels",
              message: 'a Mcrouter needs the label cost-centre',
            },
          ],
        },
      },
      {
        apiVersion: 'admissionregistration.k8s.io/v1',
        kind: 'ValidatingAdmissionPolicyBinding',
        metadata: { name: 'cost-centre' },
        spec: { policyName: 'cost-centre', validationActions: ['Deny'] },
      },
    ],
  ],
  [
    'a quota of 0 Mcrouters',
    [
      {
        apiVersion: 'v1',
        kind: 'ResourceQuota',
        metadata: { name: 'none', namespace: NAMESPACE },
        spec: { hard: { [COUNT]: '0' } },
      },
    ],
  ],
]

for (const [name, objects] of policies) {
  t.test(`${name} keeps no reconciler unready`, async (t) => {
    const controlPlane = await startControlPlane()
    t.teardown(() => controlPlane.stop())
    const { kubectl } = controlPlane
    succeeded(await kubectl(['create', 'namespace', NAMESPACE]), 'kubectl create')
    const input = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects })
    const operator = await startOperator(controlPlane)
    t.teardown(() => operator.stop())
    await operator.reconciler.stop()
    succeeded(await kubectl(['apply', '-f', '-'], { input }), 'kubectl apply')
    if (objects.some(({ kind }) => kind === 'ResourceQuota')) await countNone(controlPlane)
    await eventually('the rule is in force', () => isRefused(controlPlane))

    await t.resolves(operator.reconciler.start(), 'it becomes ready')
    t.notMatch(await operator.reconciler.log(), /cost-centre|exceeded quota/)
  })
}

/** What the controller of quotas does, which learns of a new CRD within minutes: a quota is in force once it has counted. */
async function countNone({ kubectl }: ControlPlane): Promise<void> {
  const patch = JSON.stringify({ status: { hard: { [COUNT]: '0' }, used: { [COUNT]: '0' } } })
  const quota = ['-n', NAMESPACE, 'patch', 'resourcequota', 'none', '--subresource=status', '--type=merge']
  succeeded(await kubectl([...quota, '-p', patch]), 'kubectl patch')
}

async function isRefused({ kubectl }: ControlPlane): Promise<boolean> {
  const metadata = { name: 'refused', namespace: NAMESPACE }
  const input = JSON.stringify({ apiVersion: 'mcrouter.example.com/v1alpha3', kind: 'Mcrouter', metadata })
  const { stderr } = await kubectl(['create', '--dry-run=server', '-f', '-'], { input })
  return /cost-centre|exceeded quota/.test(stderr)
}
