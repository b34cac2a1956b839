import t, { type Test } from 'tap'
import { ch3 } from '../../routing/hash/ch3.ts'
import { eventually } from '../../testing/deadline.ts'
import { atPath } from '../support/at.ts'
import { type Client, startClient } from './support/client.ts'
import { apply, get, kubectlOk } from './support/cluster.ts'
import { failed, figure, percent } from './support/figures.ts'
import { Mcrouter, WRITTEN } from './support/mcrouter.ts'
import { namespace } from './support/namespace.ts'
import { installOperator, RELEASE, SYSTEM } from './support/operator.ts'
import { nothingButInFlight, underTraffic } from './support/under-traffic.ts'

const NAMESPACE = 'mcrouter-e2e-scale'
const KEYS = 5000
/** How far the moved fraction of KEYS keys may be from theory: four standard deviations. */
const TOLERANCE = 0.03

let client: Client
t.before(async () => {
  await namespace(t, NAMESPACE)
  await installOperator(t)
  client = await startClient(NAMESPACE)
})

for (const topology of ['sharded', 'replicated']) {
  t.test(`${topology}: scaling under traffic`, async (t) => {
    const mcrouter = new Mcrouter(NAMESPACE, topology)
    t.teardown(() => kubectlOk(['-n', NAMESPACE, 'delete', 'mcrouter', topology, '--wait=false']))
    await mcrouter.apply({ pool_setup: topology, memcached_pool_size: 2, memcached_memory_mb: 64 })
    await mcrouter.settled()
    await scaling(t, mcrouter)
  })
}

async function scaling(t: Test, mcrouter: Mcrouter) {
  const keys = (prefix: string) => ({ target: { host: mcrouter.host, port: 5000 }, prefix, count: KEYS })
  const pods = {
    servers: await mcrouter.identities('memcached'),
    routers: await mcrouter.identities('mcrouter'),
  }
  const undisturbed = async (t: Test) => {
    t.match(await mcrouter.identities('memcached'), pods.servers, 'no server was restarted')
    t.match(await mcrouter.identities('mcrouter'), pods.routers, 'no router was restarted')
  }

  await t.test('growing from 2 to 4 servers', async (t) => {
    await client.fill(keys('old'))
    const report = await underTraffic(t, client, mcrouter, 'grow 2 to 4', async () => {
      await mcrouter.scale(4)
      await mcrouter.settled()
    })
    t.equal(failed(report), 0, 'no request failed')
    const { counts, missed } = await client.audit(keys('old'))
    // Replicated, reads go past a miss for an hour: a key that has a new home is found where it was.
    const theory = mcrouter.name === 'sharded' ? 1 - 2 / 4 : 0
    moved(t, `${mcrouter.name}: keys missed after 2 to 4 servers`, missed.length, theory)
    t.strictSame(missed.filter(stays), [], 'what did not move kept its value')
    t.equal(counts.hit, KEYS - missed.length, 'which is the one that was stored')
    await undisturbed(t)
  })

  await t.test('shrinking from 4 to 2 servers', async (t) => {
    await client.fill(keys('new'))
    const report = await underTraffic(t, client, mcrouter, 'shrink 4 to 2', async () => {
      await mcrouter.scale(2)
      await mcrouter.settled()
    })
    nothingButInFlight(t, report)
    const { counts, missed } = await client.audit(keys('new'))
    // Replicated, the servers that stay hold every key.
    const theory = mcrouter.name === 'sharded' ? 1 - 2 / 4 : 0
    moved(t, `${mcrouter.name}: keys lost by 4 to 2 servers`, missed.length, theory)
    t.strictSame(missed.filter(stays), [], 'what did not move kept its value')
    t.equal(counts.hit, KEYS - missed.length, 'which is the one that was stored')
    await undisturbed(t)
  })

  await t.test('a change of mind, from 2 to 5 and then 3', async (t) => {
    const report = await underTraffic(t, client, mcrouter, 'change of mind 2 to 5 to 3', async () => {
      await mcrouter.scale(5)
      await eventually(
        'five servers are on their way',
        async () => (await mcrouter.pods('memcached')).length === 5,
      )
      await mcrouter.scale(3)
      await mcrouter.settled()
    })
    nothingButInFlight(t, report)
    await eventually('three are left', async () => (await mcrouter.pods('memcached')).length === 3)
    await undisturbed(t)
  })
}

t.test('the traffic of this suite tells the right order from the wrong one', async (t) => {
  const mcrouter = new Mcrouter(NAMESPACE, 'wrong-order')
  t.teardown(() => kubectlOk(['-n', NAMESPACE, 'delete', 'mcrouter', mcrouter.name, '--wait=false']))
  await mcrouter.apply({ pool_setup: 'sharded', memcached_pool_size: 4, memcached_memory_mb: 64 })
  await mcrouter.settled()
  const reconcilers = (count: number) =>
    kubectlOk(['-n', SYSTEM, 'scale', 'deployment', `${RELEASE}-reconciler`, `--replicas=${count}`])
  const report = await underTraffic(t, client, mcrouter, 'servers shrunk before the routing', async () => {
    await reconcilers(0)
    await kubectlOk([
      '-n',
      SYSTEM,
      'wait',
      '--for=delete',
      'pods',
      '-l',
      'app.kubernetes.io/component=reconciler',
    ])
    await kubectlOk(['-n', NAMESPACE, 'scale', 'statefulset', 'wrong-order-memcached', '--replicas=2'])
    await eventually('they are gone', async () => (await mcrouter.pods('memcached')).length === 2)
    await reconcilers(2)
    await mcrouter.settled()
  })
  t.ok(failed(report) > 100, `${failed(report)} requests failed`)
})

function moved(t: Test, what: string, count: number, theory: number): void {
  figure(t, what, `${percent(count, KEYS)} (theory ${percent(theory, 1)})`)
  t.ok(Math.abs(count / KEYS - theory) < TOLERANCE, `${what}: as in theory`)
}

/** Whether a key is on the same server of 2 and of 4. */
function stays(key: string): boolean {
  return ch3(Buffer.from(key), 2) === ch3(Buffer.from(key), 4)
}

t.test('an autoscaler scales it', async (t) => {
  const mcrouter = new Mcrouter(NAMESPACE, 'auto')
  t.teardown(() => kubectlOk(['-n', NAMESPACE, 'delete', 'mcrouter', 'auto', '--wait=false']))
  await mcrouter.apply({ memcached_pool_size: 2, memcached_memory_mb: 64 })
  await mcrouter.settled()
  const scale = await get(['-n', NAMESPACE, WRITTEN, 'auto', '--subresource=scale'])
  t.match(atPath(scale, 'spec'), { replicas: 2 })
  t.match(atPath(scale, 'status'), { replicas: 2, selector: /app\.kubernetes\.io\/instance=auto/ })

  await apply([autoscaler('auto', 3)])
  await eventually('it asks for its minimum', async () => (await mcrouter.pods('memcached')).length === 3, {
    withinMs: 120_000,
  })
  await mcrouter.settled()
  t.equal(atPath(await get(['-n', NAMESPACE, WRITTEN, 'auto']), 'spec.memcached_pool_size'), 3)
})

/** It needs no metrics to bring a workload up to its minimum (kubernetes pkg/controller/podautoscaler/horizontal.go). */
function autoscaler(name: string, minReplicas: number): object {
  return {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name, namespace: NAMESPACE },
    spec: {
      scaleTargetRef: { apiVersion: 'mcrouter.example.com/v1alpha3', kind: 'Mcrouter', name },
      minReplicas,
      maxReplicas: minReplicas + 1,
      metrics: [
        {
          type: 'Resource',
          resource: { name: 'memory', target: { type: 'Utilization', averageUtilization: 80 } },
        },
      ],
    },
  }
}
