import t from 'tap'
import { checkpoint } from '../../../bench/soak/checkpoint.ts'
import { eventually } from '../../../testing/deadline.ts'
import { mcrouter, startCluster } from '../../support/cluster.ts'

const LABELS = '{app.kubernetes.io/managed-by: mcrouter-operator, app.kubernetes.io/instance: gone}'

t.test('a comparison finds what is lost, left and wrong, and nothing else', async (t) => {
  const { apply, controlPlane, kubectl, operator } = await startCluster(t)
  const { client } = controlPlane
  await apply(mcrouter('cache', { memcached_pool_size: 3 }))
  const clean = await eventually('all is as it should be', async () => {
    const findings = await checkpoint(client)
    return findings.compared > 0 && findings.lost.length + findings.wrong.length === 0 && findings
  })
  t.strictSame(clean, { lost: [], wrong: [], compared: 7 })

  await operator.reconciler.stop('SIGKILL')
  await kubectl(['delete', 'poddisruptionbudget', 'cache'])
  await kubectl(['scale', 'deployment', 'cache', '--replicas=5'])
  const written = 'mcrouters.v1alpha3.mcrouter.example.com'
  await kubectl(['patch', written, 'cache', '--type=merge', '-p', '{"spec": {"mcrouter_replicas": 3}}'])
  await apply(
    `{apiVersion: v1, kind: ConfigMap, metadata: {name: gone-config, namespace: default, labels: ${LABELS}}}`,
  )
  const { lost, wrong } = await checkpoint(client)
  t.strictSame(lost.toSorted(), [
    'ConfigMap default/gone-config is left of default/gone',
    'PodDisruptionBudget default/cache is not there',
  ])
  t.ok(
    wrong.some((line) => /^Deployment default\/cache: .*spec\.replicas/.test(line)),
    wrong.join('\n'),
  )
  t.ok(
    wrong.some((line) => line === 'default/cache status: observedGeneration is 1, not 2'),
    wrong.join('\n'),
  )
})
