import t from 'tap'
import { eventually } from '../../testing/deadline.ts'
import {
  predecessorsDeployment,
  predecessorsService,
  predecessorsStatefulSet,
} from '../reconciler/adoption/predecessor.ts'
import { startClient } from './support/client.ts'
import { apply, get, kubectlOk, list, textAt } from './support/cluster.ts'
import { figure } from './support/figures.ts'
import { Mcrouter } from './support/mcrouter.ts'
import { namespace } from './support/namespace.ts'
import { installOperator } from './support/operator.ts'

const NAMESPACE = 'mcrouter-e2e-adoption'
const SERVERS = 3
const KEYS = 3000

t.before(async () => {
  await namespace(t, NAMESPACE)
  // Its pods say nothing about whom they run as.
  await kubectlOk([
    'label',
    'namespace',
    NAMESPACE,
    'pod-security.kubernetes.io/enforce=privileged',
    '--overwrite',
  ])
  await installOperator(t)
})

t.test('an installation of the Ansible operator is adopted with its data', async (t) => {
  const mcrouter = new Mcrouter(NAMESPACE, 'cache')
  await apply([
    predecessorsService('cache', NAMESPACE),
    predecessorsStatefulSet('cache', SERVERS, NAMESPACE),
    predecessorsDeployment('cache', NAMESPACE, SERVERS),
  ])
  for (const workload of ['statefulset/cache-memcached', 'deployment/cache']) {
    await kubectlOk(['-n', NAMESPACE, 'rollout', 'status', workload, '--timeout=120s'])
  }
  const [router] = await list(['-n', NAMESPACE, 'pods', '-l', 'app=mcrouter'])
  const client = await startClient(NAMESPACE)
  const filled = await client.fill({
    target: { host: textAt(router, 'status.podIP'), port: 5000 },
    prefix: 'key',
    count: KEYS,
  })
  t.strictSame(filled, { stored: KEYS })
  const before = await podUids('app=cache-cache')

  await mcrouter.apply({ pool_setup: 'sharded', memcached_pool_size: SERVERS })
  await kubectlOk(['-n', NAMESPACE, 'wait', 'mcrouter/cache', '--for=condition=Available', '--timeout=180s'])

  await t.test('the memcached pods stay, with what they hold', async (t) => {
    t.strictSame(
      await podUids('app.kubernetes.io/instance=cache,app.kubernetes.io/component=memcached'),
      before,
    )
    const { counts } = await client.audit({
      target: { host: mcrouter.host, port: 5000 },
      prefix: 'key',
      count: KEYS,
    })
    t.strictSame(counts, { hit: KEYS })
    figure(t, 'adoption: keys that are still there', `${counts.hit} of ${KEYS}`)
  })

  await t.test('the Service is headless, the routers are those of the new Deployment', async (t) => {
    const service = await get(['-n', NAMESPACE, 'service', 'cache-memcached'])
    t.equal(textAt(service, 'spec.clusterIP'), 'None')
    await eventually('the routers before are gone', async () => {
      const before = await list(['-n', NAMESPACE, 'pods', '-l', 'app=mcrouter'])
      return before.length === 0
    })
    t.equal((await mcrouter.pods('mcrouter')).length, 2)
  })

  await t.test('they move to the new template one by one when they are told to', async (t) => {
    t.match(await mcrouter.condition('Progressing'), { status: 'True', reason: 'Adopting' })
    await kubectlOk(['-n', NAMESPACE, 'annotate', 'mcrouter', 'cache', 'mcrouter.example.com/adopt=roll'])
    await mcrouter.settled(300_000)
    for (const pod of await mcrouter.podObjects('memcached')) {
      t.equal(textAt(pod, 'spec.securityContext.runAsNonRoot'), 'true', textAt(pod, 'metadata.name'))
    }
  })
})

async function podUids(selector: string): Promise<Record<string, string>> {
  const pods = await list(['-n', NAMESPACE, 'pods', '-l', selector])
  return Object.fromEntries(pods.map((pod) => [textAt(pod, 'metadata.name'), textAt(pod, 'metadata.uid')]))
}
