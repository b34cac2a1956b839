import t from 'tap'
import { eventually } from '../../testing/deadline.ts'
import { startClient } from './support/client.ts'
import { get, textAt } from './support/cluster.ts'
import { during } from './support/during.ts'
import { environment } from './support/environment.ts'
import { failed } from './support/figures.ts'
import { Mcrouter } from './support/mcrouter.ts'
import { namespace } from './support/namespace.ts'
import { installOperator } from './support/operator.ts'
import { underTraffic } from './support/under-traffic.ts'

const NAMESPACE = 'mcrouter-e2e-autoscaling'
/** So little that the traffic of this suite is many times as much. */
const POD = { resources: { requests: { cpu: '5m' } } }
/** Metrics are taken every 15 s, an autoscaler looks every 15 s, and at a router whose CPU is known since it is ready. */
const SCALED_MS = 300_000

const skip = environment.podMetrics === undefined && 'E2E_POD_METRICS says no command'

t.test('routers become as many as their CPU asks for, and no request fails', { skip }, async (t) => {
  await namespace(t, NAMESPACE)
  await installOperator(t)
  await during(t, environment.podMetrics ?? '')
  const mcrouter = new Mcrouter(NAMESPACE, 'cache', 'v1beta1')
  await mcrouter.apply({
    memcached: { shards: 1, memory: '32Mi', minReadySeconds: 0, pod: POD },
    router: {
      image: 'devan2502/mcrouter:v2026.08.17.00',
      pod: POD,
      autoscaling: { min: 1, max: 3, cpu: 60 },
    },
  })
  await mcrouter.settled()
  t.equal((await mcrouter.pods('mcrouter')).length, 1)
  const client = await startClient(NAMESPACE)
  const report = await underTraffic(t, client, mcrouter, 'routers 1 to 3 by their CPU', async () => {
    await eventually('there are three', async () => (await mcrouter.pods('mcrouter')).length === 3, {
      withinMs: SCALED_MS,
      everyMs: 1000,
    })
    await mcrouter.settled()
  })
  t.equal(failed(report), 0, 'no request failed')
  t.equal(textAt(await mcrouter.read(), 'status.ready.routers'), '3/3')
  const autoscaler = await get(['-n', NAMESPACE, 'hpa', 'cache'])
  t.ok(
    Number(textAt(autoscaler, 'status.currentMetrics.0.containerResource.current.averageUtilization')) > 60,
  )
})
