import t from 'tap'
import { startControlPlane } from '../../testing/control-plane/index.ts'
import { startKubelet } from '../../testing/kubelet/index.ts'
import { startOperator, succeeded } from '../../testing/operator/index.ts'
import { mcrouter } from '../support/cluster.ts'
import { titleOf } from '../support/rights/grant.ts'
import { usesOf } from '../support/rights/use.ts'

t.test('an operator of one namespace works without a look at any other', async (t) => {
  const controlPlane = await startControlPlane()
  t.teardown(() => controlPlane.stop())
  const kubelet = await startKubelet(controlPlane.client)
  t.teardown(() => kubelet.stop())
  await controlPlane.kubectl(['create', 'namespace', 'red'])
  const operator = await startOperator(controlPlane, {
    namespace: 'red',
    values: ['watchNamespaces={red}'],
    reconcilerFlags: ['--watch-namespaces=red'],
  })
  t.teardown(() => operator.stop())

  const input = JSON.stringify(mcrouter('cache', { memcached_pool_size: 2 }, { namespace: 'red' }))
  succeeded(await controlPlane.kubectl(['apply', '-f', '-'], { input }), 'kubectl apply')
  const wait = ['wait', '-n', 'red', 'mcrouter/cache', '--for=condition=Available', '--timeout=60s']
  succeeded(await controlPlane.kubectl(wait), 'kubectl wait')
  await operator.stop()

  const user = 'system:serviceaccount:red:mcrouter-operator-reconciler'
  const calls = (await controlPlane.audit()).filter(
    (event) => event.user === user && event.object.resource !== '',
  )
  t.ok(calls.length > 20, `${calls.length} calls`)
  const titles = (events: typeof calls) => [...new Set(events.flatMap(usesOf).map(titleOf))]
  t.strictSame(titles(calls.filter(({ code }) => code === 403)), [], 'no call was denied')
  const outside = calls.filter(({ object }) => object.namespace !== 'red')
  const verbs = ['get', 'list', 'patch', 'watch']
  const registered = [
    'customresourcedefinitions.apiextensions.k8s.io mcrouters.mcrouter.example.com',
    'mutatingwebhookconfigurations.admissionregistration.k8s.io mcrouter-operator.red',
    'validatingwebhookconfigurations.admissionregistration.k8s.io mcrouter-operator.red',
  ]
  t.strictSame(
    titles(outside).toSorted(),
    verbs.flatMap((verb) => registered.map((one) => `${verb} ${one}`)),
  )
})
