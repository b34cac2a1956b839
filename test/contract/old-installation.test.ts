import t, { type Test } from 'tap'
import {
  configMaps,
  deployments,
  pods,
  replicaSets,
  services,
  statefulSets,
} from '../../reconciler/kube/resources.ts'
import { publishedIn } from '../../reconciler/observe/published.ts'
import type { JsonObject } from '../../schemas/json.ts'
import { RETIRING_ANNOTATION } from '../../schemas/well-known.ts'
import { eventually } from '../../testing/deadline.ts'
import {
  predecessorsDeployment,
  predecessorsService,
  predecessorsStatefulSet,
} from '../reconciler/adoption/predecessor.ts'
import { at } from '../support/at.ts'
import { startBareCluster } from '../support/bare-cluster.ts'
import { type Asked, FaultProxy } from '../support/fault-proxy/index.ts'
import { mcrouters } from '../support/mcrouters.ts'
import { reconciledNamespace } from '../support/reconciler/namespace.ts'
import { withoutSchema } from '../support/without-schema.ts'

// Circumstances in which an installation of the Ansible operator could lose its routers or its data.

const cluster = await startBareCluster(t)
const { apply, get, kubelet, list, patch } = cluster
const OURS = 'app.kubernetes.io/component'

/** What the Ansible operator makes of a Mcrouter with two servers, and says of it; resolves when all of it runs. */
async function oldInstallation(namespace: string, name = 'cache'): Promise<void> {
  await kubelet.decide(() => 'ready')
  const made = [
    [statefulSets, predecessorsStatefulSet(name, 2, namespace)],
    [deployments, predecessorsDeployment(name, namespace, 2)],
  ] as const
  for (const [resource, object] of made) {
    await apply(resource, object)
    const replicas = at(object, 'spec', 'replicas')
    const { name: workload } = Object(object.metadata)
    await eventually(`${workload} runs`, async () => {
      return at(await get(resource, namespace, workload), 'status', 'readyReplicas') === replicas
    })
  }
  await cluster.controlPlane.client.request('POST', `/api/v1/namespaces/${namespace}/services`, {
    body: predecessorsService(name, namespace),
  })
  const running = { type: 'Running', status: 'True', reason: 'Successful', message: '' }
  const status = { conditions: [{ ...running, lastTransitionTime: '2019-11-25T00:00:00Z' }] }
  await patch(mcrouters, namespace, name, { status }, 'status')
}

async function uids(namespace: string, selector: string): Promise<unknown[]> {
  return (await list(pods, namespace, selector)).map(({ metadata }) => at(metadata, 'uid')).sort()
}

/** The cluster as it is seen through a proxy that has these faults. */
async function faulty(t: Test, fault: FaultProxy['fault']) {
  const proxy = await FaultProxy.start(cluster.controlPlane)
  t.teardown(() => proxy.stop())
  proxy.fault = fault
  const { kubeconfig } = proxy
  return { proxy, through: { ...cluster, controlPlane: { ...cluster.controlPlane, kubeconfig } } }
}

/** Whether a workload is ours and no longer the Ansible operator's. */
async function isOurs(resource: typeof deployments, namespace: string, name: string): Promise<boolean> {
  return at(await get(resource, namespace, name), 'spec', 'selector', 'matchLabels', OURS) !== undefined
}

t.test('routers serve on beside another old installation that is not adopted', async (t) => {
  const namespace = 'neighbours'
  const isNewRouter = (pod: JsonObject) => at(pod, 'metadata', 'labels', OURS) === 'mcrouter'
  let routers: unknown[] = []
  const prepare = async () => {
    const metadata = { name: 'other', namespace }
    await withoutSchema(cluster, () => apply(mcrouters, { metadata, spec: { pool_setup: 'shraded' } }))
    await oldInstallation(namespace, 'other')
    await oldInstallation(namespace)
    routers = await uids(namespace, 'app=mcrouter')
    await kubelet.decide((pod) => (isNewRouter(pod) ? 'pending' : 'ready'))
  }
  const { reason } = await reconciledNamespace(t, cluster, namespace, { given: {}, prepare })
  await eventually('one is refused', async () => (await reason('Accepted', 'other')) === 'Invalid')
  await eventually('the other has a new Deployment', () => isOurs(deployments, namespace, 'cache'))
  // Once its controller has dealt with this, it has dealt with all that it could adopt.
  await patch(deployments, namespace, 'other', { spec: { minReadySeconds: 1 } })
  await eventually('the old Deployment was looked at', async () => {
    const { metadata, status } = Object(await get(deployments, namespace, 'other'))
    return at(status, 'observedGeneration') === at(metadata, 'generation')
  })
  const retiring = at(
    await get(mcrouters, namespace, 'cache'),
    'metadata',
    'annotations',
    RETIRING_ANNOTATION,
  )
  t.match(await get(replicaSets, namespace, String(retiring)), {
    metadata: { ownerReferences: [{ kind: 'Mcrouter', controller: false }] },
    spec: { replicas: 1 },
  })
  t.strictSame(await uids(namespace, 'app=mcrouter'), routers, 'the same routers')

  await kubelet.decide(() => 'ready')
  await eventually('its own old router is gone, and no other', async () => {
    return (await uids(namespace, 'app=mcrouter')).length === 1
  })
  t.match(await get(deployments, namespace, 'other'), { status: { readyReplicas: 1 } })
})

t.test('a pool that is to be larger than it was grows in order: servers first, then routing', async (t) => {
  const namespace = 'larger'
  const isNewServer = (pod: JsonObject) => /-memcached-[23]$/.test(String(at(pod, 'metadata', 'name')))
  const { requests } = await reconciledNamespace(t, cluster, namespace, {
    given: { memcached_pool_size: 4, pool_setup: 'sharded' },
    prepare: async () => {
      await oldInstallation(namespace)
      await kubelet.decide((pod) => (isNewServer(pod) ? 'pending' : 'ready'))
    },
  })
  await eventually('the new routers serve', async () => {
    const deployment = await get(deployments, namespace, 'cache')
    return (await isOurs(deployments, namespace, 'cache')) && at(deployment, 'status', 'readyReplicas') === 2
  })
  await eventually('there are four servers', async () => {
    return at(await get(statefulSets, namespace, 'cache-memcached'), 'spec', 'replicas') === 4
  })
  const routedIn = ({ data }: JsonObject) =>
    publishedIn({ metadata: { namespace, name: 'cache-config' }, data: Object(data) })?.routed.main
  const published = async () => {
    const written = (await requests()).filter(({ requestObject }) => requestObject?.kind === 'ConfigMap')
    return written.map(({ requestObject = {} }) => routedIn(requestObject))
  }
  t.strictSame(await published(), [2])

  await kubelet.decide(() => 'ready')
  await eventually('all four are routed to', async () => {
    return routedIn((await get(configMaps, namespace, 'cache-config')) ?? {}) === 4
  })
  // The audit log is written after the answer.
  await eventually('the write is noted', async () => (await published()).length > 1)
  t.strictSame(await published(), [2, 4])
})

t.test('servers keep their data while the reconciler hears nothing of pods', async (t) => {
  const namespace = 'deaf'
  const { through } = await faulty(t, ({ isWatch, url }) =>
    isWatch && url.includes('/pods') ? { kind: 'status', status: 500, reason: 'InternalError' } : undefined,
  )
  let servers: unknown[] = []
  const prepare = async () => {
    await oldInstallation(namespace)
    servers = await uids(namespace, 'app=cache-cache')
  }
  const { want } = await reconciledNamespace(t, through, namespace, { given: {}, prepare })
  const partition = async () => {
    const statefulSet = await get(statefulSets, namespace, 'cache-memcached')
    return at(statefulSet, 'spec', 'updateStrategy', 'rollingUpdate', 'partition')
  }
  await eventually('the StatefulSet is the new one', () => isOurs(statefulSets, namespace, 'cache-memcached'))
  t.equal(await partition(), 2)

  await want({ memcached_memory_mb: 128 })
  await eventually('a later pass was made', async () => {
    const statefulSet = await get(statefulSets, namespace, 'cache-memcached')
    return JSON.stringify(at(statefulSet, 'spec', 'template')).includes('"128"')
  })
  t.equal(await partition(), 2)
  t.strictSame(await uids(namespace, 'app=cache-cache'), servers, 'the same pods')
})

t.test('where its pods may not be changed it goes on serving, and is adopted once they may', async (t) => {
  const namespace = 'locked'
  const isRefused = ({ method, url }: Asked) => method === 'PATCH' && url.includes('/pods/')
  const { proxy, through } = await faulty(t, (asked) =>
    isRefused(asked) ? { kind: 'status', status: 403, reason: 'Forbidden' } : undefined,
  )
  let servers: unknown[] = []
  const prepare = async () => {
    await oldInstallation(namespace)
    servers = await uids(namespace, 'app=cache-cache')
  }
  const { reason } = await reconciledNamespace(t, through, namespace, { given: {}, prepare })
  await eventually('it is said', async () => (await reason('Degraded')) === 'ApplyFailed')
  await eventually('it is tried again', () => proxy.asked.filter(isRefused).length > 4)
  t.not(at(await get(services, namespace, 'cache-memcached'), 'spec', 'clusterIP'), 'None')
  t.notOk(at(await get(deployments, namespace, 'cache'), 'spec', 'paused'), 'the routers are left alone')
  t.equal((await list(pods, namespace, 'app=mcrouter')).length, 1)

  proxy.fault = () => undefined
  await eventually('the routers are new ones', async () => {
    return (await list(pods, namespace, 'app=mcrouter')).length === 0
  })
  t.equal(at(await get(services, namespace, 'cache-memcached'), 'spec', 'clusterIP'), 'None')
  t.strictSame(await uids(namespace, 'app=cache-cache'), servers, 'the servers are not')
})
