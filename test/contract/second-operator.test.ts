import t from 'tap'
import { eventually } from '../../testing/deadline.ts'
import { at } from '../support/at.ts'
import { startBareCluster } from '../support/bare-cluster.ts'
import { startReconciler } from '../support/reconciler/index.ts'
import { reconciledNamespace } from '../support/reconciler/namespace.ts'

t.test('of two installations at work on one Mcrouter, one says so once, and neither fights', async (t) => {
  const namespace = 'shared'
  const cluster = await startBareCluster(t)
  const { controlPlane } = cluster
  const { want, settled, status, requests } = await reconciledNamespace(t, cluster, namespace, {
    operator: 'first/op',
  })
  await want({ memcached_pool_size: 2 })
  await settled()
  t.equal((await status()).operator, 'first/op')
  const events = async () => {
    const { stdout } = await controlPlane.kubectl([
      'get',
      'events.events.k8s.io',
      `--namespace=${namespace}`,
      '--field-selector=reason=SecondOperator',
      '-o=jsonpath={range .items[*]}{.note}{"\\n"}{end}',
    ])
    return stdout.trim().split('\n').filter(Boolean)
  }
  t.same(await events(), [])

  const second = await startReconciler(controlPlane, { namespace, operator: 'second/op' })
  t.teardown(() => second.stop())
  await eventually('the first says so', async () => (await events()).length > 0)
  t.match(await events(), [/second\/op works on this Mcrouter as well as first\/op/])
  t.equal((await status()).operator, 'second/op')
  await want({ memcached_pool_size: 3 })
  await settled()
  const claims = (await requests()).filter(({ requestObject = {} }) =>
    at(requestObject, 'status', 'operator'),
  )
  t.equal(claims.length, 2, 'each has claimed it once')
  t.equal((await events()).length, 1)
})
