import t from 'tap'
import {
  configMaps,
  deployments,
  pods,
  replicaSets,
  services,
  statefulSets,
} from '../../reconciler/kube/resources.ts'
import type { AskRouters } from '../../reconciler/routers/confirm.ts'
import type { JsonObject } from '../../schemas/json.ts'
import { eventually } from '../../testing/deadline.ts'
import { at } from '../support/at.ts'
import { startBareCluster } from '../support/bare-cluster.ts'
import { reconciledNamespace } from '../support/reconciler/namespace.ts'

// Objects that look like those of a Mcrouter: none of them is taken for one, written or deleted.

const cluster = await startBareCluster(t)
const { apply, get, patch } = cluster

const PART_OF = 'app.kubernetes.io/part-of'

function labels(component: string) {
  return {
    'app.kubernetes.io/name': 'mcrouter',
    'app.kubernetes.io/instance': 'cache',
    'app.kubernetes.io/component': component,
    [PART_OF]: 'mcrouter',
    'app.kubernetes.io/managed-by': 'mcrouter-operator',
  }
}

t.test('a copy of a StatefulSet takes no server away', async (t) => {
  const namespace = 'copied'
  let runs: 'published' | 'old' = 'published'
  const confirm: AskRouters = async (routers) => routers.map(({ pod }) => ({ pod, runs }))
  const options = { confirm, confirmMs: 60_000 }
  const { want, settled, status, reason } = await reconciledNamespace(t, cluster, namespace, options)
  await want({ memcached_pool_size: 5 })
  await settled()
  const { metadata, spec } = Object(await get(statefulSets, namespace, 'cache-memcached'))
  const copy = { name: 'cache-experiment', namespace, labels: metadata.labels }
  await apply(statefulSets, { metadata: copy, spec: { ...spec, replicas: 1 } })

  runs = 'old'
  await want({ memcached_pool_size: 2 })
  await eventually('the shrink waits', async () => {
    return at(await status(), 'config', 'routers') === '0/2' && (await reason('Progressing')) === 'Shrinking'
  })
  // In whatever order the two are known: the one that changed last is the last.
  for (const name of ['cache-memcached', 'cache-experiment']) {
    await patch(statefulSets, namespace, name, { metadata: { annotations: { touched: 'yes' } } })
    await patch(services, namespace, 'cache', { metadata: { labels: { [PART_OF]: 'else' } } })
    await eventually('a pass was made', async () => {
      return at(await get(services, namespace, 'cache'), 'metadata', 'labels', PART_OF) === 'mcrouter'
    })
    t.equal(at(await get(statefulSets, namespace, 'cache-memcached'), 'spec', 'replicas'), 5)
  }
  runs = 'published'
  await settled()
  t.equal(at(await get(statefulSets, namespace, 'cache-memcached'), 'spec', 'replicas'), 2)
  t.equal(at(await get(statefulSets, namespace, 'cache-experiment'), 'spec', 'replicas'), 1)
})

/** A pod of somebody's with the labels of one of ours. */
function roguePod(namespace: string, name: string, component: string): JsonObject {
  const containers = [{ name: component, image: 'example.com/own:1' }]
  return { metadata: { name, namespace, labels: labels(component) }, spec: { containers } }
}

t.test('pods with our labels are not counted, not asked and not made servers', async (t) => {
  const namespace = 'rogues'
  const asked = new Set<string>()
  const confirm: AskRouters = async (routers) => {
    for (const { pod } of routers) asked.add(pod)
    return routers.map(({ pod }) => ({ pod, runs: 'published' as const }))
  }
  const { want, settled, status } = await reconciledNamespace(t, cluster, namespace, {
    confirm,
    confirmMs: 60_000,
    prepare: async () => {
      await apply(pods, roguePod(namespace, 'cache-memcached-9', 'memcached'))
      await apply(pods, roguePod(namespace, 'cache-abc-rogue', 'mcrouter'))
      const own = { matchLabels: { own: 'yes' } }
      const template = {
        metadata: { labels: { ...labels('mcrouter'), own: 'yes' } },
        spec: { containers: [{ name: 'mcrouter', image: 'example.com/own:1' }] },
      }
      // With the labels of its selector, the Deployment would adopt it, and end it.
      const metadata = { name: 'cache-own', namespace, labels: { own: 'yes' } }
      await apply(replicaSets, { metadata, spec: { replicas: 1, selector: own, template } })
    },
  })
  await want({})
  await settled()
  t.equal(at(await get(statefulSets, namespace, 'cache-memcached'), 'spec', 'replicas'), 2)
  await eventually(
    'both routers are confirmed',
    async () => at(await status(), 'config', 'routers') === '2/2',
  )
  t.match(await status(), {
    ready: { servers: '2/2', routers: '2/2' },
    readyServers: 2,
    readyRouters: 2,
    servers: { length: 2 },
  })
  t.equal(asked.size, 2)
  t.notMatch([...asked].join(' '), /rogue|own/)
})

t.test('a Service of somebody else is not adopted, whatever it selects', async (t) => {
  const namespace = 'services'
  const { want, reason } = await reconciledNamespace(t, cluster, namespace)
  const ports = [{ port: 6379, targetPort: 6379, protocol: 'TCP' }]
  for (const [name, selector] of [
    ['redis', { app: 'redis-cache', tier: 'db' }],
    ['redis-memcached', { app: 'redis-cache' }],
  ] as const) {
    await apply(services, { metadata: { name, namespace }, spec: { selector, ports } })
  }
  const before = [await get(services, namespace, 'redis'), await get(services, namespace, 'redis-memcached')]
  await want({}, 'redis')
  await eventually('it is said', async () => (await reason('Degraded', 'redis')) === 'NameConflict')
  t.strictSame(
    [await get(services, namespace, 'redis'), await get(services, namespace, 'redis-memcached')],
    before,
  )
})

t.test('nothing is made that refers to somebody else’s ConfigMap', async (t) => {
  const namespace = 'billing'
  const { want, reason, settled } = await reconciledNamespace(t, cluster, namespace)
  const config = { metadata: { name: 'billing-config', namespace }, data: { password: 'secret' } }
  await apply(configMaps, config)
  await want({ mcrouter_image: 'attacker.example.com/reader:1' }, 'billing')
  await eventually('it is said', async () => (await reason('Degraded', 'billing')) === 'NameConflict')
  await eventually('its servers are there', async () => {
    return (await get(statefulSets, namespace, 'billing-memcached')) !== undefined
  })
  t.equal(await get(deployments, namespace, 'billing'), undefined)
  t.match(await get(configMaps, namespace, 'billing-config'), { data: config.data })

  await cluster.remove(configMaps, namespace, 'billing-config')
  await patch(statefulSets, namespace, 'billing-memcached', { metadata: { annotations: { touched: 'yes' } } })
  await settled('billing')
})

t.test('a copy with its owner reference is not pruned', async (t) => {
  const namespace = 'backup'
  const { want, settled } = await reconciledNamespace(t, cluster, namespace)
  await want({})
  await settled()
  const { metadata, data } = Object(await get(configMaps, namespace, 'cache-config'))
  const { labels: found, ownerReferences } = metadata
  await apply(configMaps, { metadata: { name: 'a-backup', namespace, labels: found, ownerReferences }, data })
  await want({ memcached_pool_size: 3 })
  await settled()
  t.match(await get(configMaps, namespace, 'a-backup'), { data })
})
