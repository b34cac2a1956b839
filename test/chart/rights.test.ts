import t, { type Test } from 'tap'
import { startControlPlane } from '../../testing/control-plane/index.ts'
import { atPath } from '../support/at.ts'
import { Release, removeApi, succeeded } from './cluster.ts'

const plane = await startControlPlane()
t.teardown(() => plane.stop())
for (const namespace of ['red', 'blue', 'green']) await plane.kubectl(['create', 'namespace', namespace])

/** `VERB RESOURCE[.GROUP][/SUBRESOURCE] [NAMESPACE] [NAME]`; for an object without a namespace, that is empty. */
async function may(account: string, ask: string): Promise<boolean> {
  const [verb, what = '', namespace, name] = ask.split(' ')
  const [qualified = '', subresource] = what.split('/')
  const [resource, ...group] = qualified.split('.')
  const attributes = { verb, resource, subresource, group: group.join('.'), namespace, name }
  const { body } = await plane.client.request('POST', '/apis/authorization.k8s.io/v1/subjectaccessreviews', {
    body: {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SubjectAccessReview',
      spec: { user: account, groups: ['system:authenticated'], resourceAttributes: attributes },
    },
  })
  return atPath(body, 'status.allowed') === true
}

async function check(t: Test, account: string, allowed: readonly string[], refused: readonly string[]) {
  for (const ask of allowed) t.equal(await may(account, ask), true, `may ${ask}`)
  for (const ask of refused) t.equal(await may(account, ask), false, `may not ${ask}`)
}

const own = [
  'get secrets system op-mcrouter-operator-ca',
  'patch secrets system op-mcrouter-operator-serving-cert',
  'create leases.coordination.k8s.io system',
  'update leases.coordination.k8s.io system op-mcrouter-operator',
  'patch mutatingwebhookconfigurations.admissionregistration.k8s.io  op-mcrouter-operator.system',
  'patch customresourcedefinitions.apiextensions.k8s.io  mcrouters.mcrouter.example.com',
]

const never = [
  'get secrets system other',
  'list secrets system',
  'create secrets system',
  'delete secrets system op-mcrouter-operator-ca',
  'update leases.coordination.k8s.io system other',
  'patch mutatingwebhookconfigurations.admissionregistration.k8s.io  other',
  'delete validatingwebhookconfigurations.admissionregistration.k8s.io  op-mcrouter-operator.system',
  'patch customresourcedefinitions.apiextensions.k8s.io  other.example.com',
  'delete customresourcedefinitions.apiextensions.k8s.io  mcrouters.mcrouter.example.com',
  'create pods red',
  'delete pods red',
  'delete controllerrevisions.apps red',
  'create mcrouters.mcrouter.example.com red',
  'create pods/exec red',
  'delete namespaces  red',
  'get secrets red',
  'create rolebindings.rbac.authorization.k8s.io red',
  'create serviceaccounts/token system op-mcrouter-operator-server',
]

const workload = (namespace: string) => [
  `watch mcrouters.mcrouter.example.com ${namespace}`,
  `patch mcrouters.mcrouter.example.com/status ${namespace}`,
  `create statefulsets.apps ${namespace}`,
  `patch deployments.apps ${namespace}`,
  `delete services ${namespace}`,
  `patch configmaps ${namespace}`,
  `list pods ${namespace}`,
  `create events.events.k8s.io ${namespace}`,
]

/** Of the webhook, by a dry run. */
const trial = (namespace: string) => `create mcrouters.mcrouter.example.com ${namespace}`

t.test('cluster-wide', async (t) => {
  const release = new Release(plane, 4)
  succeeded(t, await release.install(), 'helm install')
  t.teardown(async () => {
    await release.uninstall()
    await removeApi(plane)
  })

  const reconciler = 'system:serviceaccount:system:op-mcrouter-operator-reconciler'
  await check(t, reconciler, [...own, trial('system'), ...workload('red'), ...workload('green')], never)
  const server = 'system:serviceaccount:system:op-mcrouter-operator-server'
  await check(t, server, [], [...own, ...workload('red'), ...never])
})

t.test('two releases of one name, each limited to a namespace of its own', async (t) => {
  const red = new Release(plane, 4, 'op', 'red')
  const blue = new Release(plane, 4, 'op', 'blue')
  succeeded(t, await red.install('--set=watchNamespaces={red}'), 'helm install in red')
  t.teardown(() => red.uninstall())
  succeeded(t, await blue.install('--set=watchNamespaces={blue},crd.enabled=false'), 'helm install in blue')
  t.teardown(() => blue.uninstall())

  const reconciler = 'system:serviceaccount:red:op-mcrouter-operator-reconciler'
  await check(
    t,
    reconciler,
    [trial('red'), ...workload('red')],
    [
      trial('blue'),
      ...workload('blue'),
      ...workload('green'),
      'watch mcrouters.mcrouter.example.com',
      'get secrets blue op-mcrouter-operator-ca',
      'patch mutatingwebhookconfigurations.admissionregistration.k8s.io  op-mcrouter-operator.blue',
    ],
  )
})

t.test('where giving other owners needs the right to delete, the reconciler gets it', async (t) => {
  const release = new Release(plane, 4, 'op', 'green')
  const enforced = '--set=rbac.ownerReferencesPermissionEnforcement=true'
  succeeded(t, await release.install('--set=crd.enabled=false', enforced), 'helm install')
  t.teardown(() => release.uninstall())
  const reconciler = 'system:serviceaccount:green:op-mcrouter-operator-reconciler'
  await check(t, reconciler, ['delete pods red', 'delete controllerrevisions.apps red'], ['create pods red'])
})

t.test('whoever edits a namespace may change Mcrouters, whoever views it may see them', async (t) => {
  const release = new Release(plane, 4, 'op', 'green')
  succeeded(t, await release.install('--set=crd.enabled=false'), 'helm install')
  t.teardown(() => release.uninstall())
  for (const role of ['view', 'edit', 'admin']) {
    await plane.kubectl([
      '-n',
      'red',
      'create',
      'rolebinding',
      role,
      `--clusterrole=${role}`,
      `--user=${role}er`,
    ])
  }
  const read = ['list mcrouters.mcrouter.example.com red', 'get mcrouters.mcrouter.example.com/status red']
  const change = [
    'create mcrouters.mcrouter.example.com red',
    'patch mcrouters.mcrouter.example.com/scale red',
  ]
  const status = ['patch mcrouters.mcrouter.example.com/status red']
  await check(t, 'viewer', read, [...change, ...status])
  await check(t, 'editer', [...read, ...change], status)
  await check(t, 'adminer', [...read, ...change], status)
})
