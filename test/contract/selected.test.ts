import t from 'tap'
import { startControlPlane } from '../../testing/control-plane/index.ts'
import { eventually } from '../../testing/deadline.ts'
import { startOperator, succeeded } from '../../testing/operator/index.ts'
import { mcrouter } from '../support/cluster.ts'
import { V1ALPHA3_MCROUTERS } from '../support/mcrouters.ts'

t.test('a Mcrouter that a selector hides from the webhooks is judged by the reconciler', async (t) => {
  const controlPlane = await startControlPlane()
  t.teardown(() => controlPlane.stop())
  // Resolves once the reconciler is Ready, whose trial has no such label.
  const operator = await startOperator(controlPlane, {
    values: ['webhook.objectSelector.matchLabels.judged=yes'],
  })
  t.teardown(() => operator.stop())

  const apply = (labels: Record<string, string>) => {
    const input = JSON.stringify(mcrouter('cache', { memcachedPoolSize: 3 }, { labels }))
    return controlPlane.kubectl(['apply', '-f', '-'], { input })
  }
  t.match(await apply({ judged: 'yes' }), { code: 0, stderr: /deprecated spelling/ }, 'seen')
  await controlPlane.kubectl(['delete', 'mcrouter', 'cache'])
  const hidden = await apply({})
  succeeded(hidden, 'kubectl apply')
  t.notMatch(hidden.stderr, /deprecated spelling/, 'not seen')
  const size = ['get', V1ALPHA3_MCROUTERS, 'cache', '-o', 'jsonpath={.spec.memcached_pool_size}']
  await eventually(
    'the reconciler normalises it',
    async () => (await controlPlane.kubectl(size)).stdout === '3',
  )
})
