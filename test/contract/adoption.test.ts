import t from 'tap'
import type { JsonObject } from '../../schemas/json.ts'
import { eventually } from '../../testing/deadline.ts'
import {
  predecessorsDeployment,
  predecessorsService,
  predecessorsStatefulSet,
} from '../reconciler/adoption/predecessor.ts'
import { type Cluster, mcrouter, startCluster } from '../support/cluster.ts'

const cluster = await startCluster(t)
const { apply, kubectl, operator, read } = cluster

/** An installation of the Ansible operator: a Mcrouter and what that operator made for it, pods running. */
async function installation(name: string, spec: JsonObject, metadata: JsonObject = {}): Promise<void> {
  await operator.reconciler.stop()
  await succeed(apply(mcrouter(name, spec, metadata)))
  const uid = await read(`mcrouter/${name}`, '{.metadata.uid}')
  const ownerReferences = [{ apiVersion: 'mcrouter.example.com/v1alpha3', kind: 'Mcrouter', name, uid }]
  for (const object of [
    predecessorsService(name),
    predecessorsStatefulSet(name, 2),
    predecessorsDeployment(name),
  ]) {
    const { metadata } = object
    await succeed(apply({ ...object, metadata: { ...Object(metadata), ownerReferences } }))
  }
  await succeed(kubectl(['rollout', 'status', `statefulset/${name}-memcached`, '--timeout=30s']))
  await succeed(kubectl(['rollout', 'status', `deployment/${name}`, '--timeout=30s']))
}

async function succeed(running: ReturnType<Cluster['kubectl']>): Promise<void> {
  const { code, stderr } = await running
  if (code !== 0) throw new Error(stderr)
}

/** uid by name of the pods with a label. */
async function pods(selector: string): Promise<Record<string, string>> {
  const found = await read(`pods -l ${selector}`, '{range .items[*]}{.metadata.name}={.metadata.uid} {end}')
  return Object.fromEntries(
    found
      .trim()
      .split(' ')
      .filter((pair) => pair !== '')
      .map((pair) => pair.split('=')),
  )
}

t.test(
  'memcached pods of the Ansible operator stay, with their data, until they are told to move',
  async (t) => {
    const annotations = { 'mcrouter.example.com/access': '[{"podSelector":{}}]' }
    await installation('old', { memcached_pool_size: 2, pool_setup: 'sharded' }, { annotations })
    const servers = await pods('app=old-cache')
    t.equal(Object.keys(servers).length, 2)
    const routers = await pods('app=mcrouter')

    await operator.reconciler.start()
    await succeed(kubectl(['wait', 'mcrouter/old', '--for=condition=Available', '--timeout=30s']))
    await eventually(
      'the old router is gone',
      async () => (await read('rs', '{.items[*].metadata.name}')).split(' ').length === 1,
    )

    t.strictSame(
      await pods('app.kubernetes.io/instance=old,app.kubernetes.io/component=memcached'),
      servers,
      'the same pods',
    )
    t.equal(await read('service/old-memcached', '{.spec.clusterIP}'), 'None')
    t.equal(
      await read('statefulset/old-memcached', '{.spec.selector.matchLabels}'),
      '{"app.kubernetes.io/component":"memcached","app.kubernetes.io/instance":"old","app.kubernetes.io/name":"mcrouter"}',
    )
    t.equal(await read('statefulset/old-memcached', '{.spec.updateStrategy.rollingUpdate.partition}'), '2')
    t.equal(
      await read('pods -l app=old-cache', '{.items[*].metadata.ownerReferences[?(@.controller==true)].kind}'),
      'StatefulSet StatefulSet',
      'they are adopted',
    )
    for (const router of Object.keys(routers))
      t.equal(await read(`pod/${router} --ignore-not-found`, '{.metadata.name}'), '')
    t.equal(await read('mcrouter/old', '{.metadata.annotations.mcrouter\\.example\\.com/retiring}'), '')
    t.match(await read('mcrouter/old', '{.status.conditions[?(@.type=="Progressing")].reason}'), 'Adopting')
    const { stdout: events } = await kubectl(['events', '--for=mcrouter/old'])
    t.match(
      events,
      /Adopting .*StatefulSet default\/old-memcached is being recreated around its 2 pods, which keep running/,
    )
    t.match(events, /Adopting .*Service default\/old-memcached was recreated/)
    t.match(events, /Adopting .*Deployment default\/old is being recreated/)
    await eventually(
      'both tiers are closed to others',
      async () => (await read('networkpolicies', '{.items[*].metadata.name}')) === 'old old-memcached',
    )
    const calls = (await cluster.controlPlane.audit()).filter(({ code }) => code < 300)
    const made = calls.findIndex(({ object }) => object.resource === 'networkpolicies' && object.name !== '')
    const gone = calls.findIndex(({ verb, object }) => verb === 'delete' && object.resource === 'replicasets')
    t.ok(gone >= 0 && gone < made, 'not before the last router is told to go that no policy would admit')

    await succeed(kubectl(['annotate', 'mcrouter/old', 'mcrouter.example.com/adopt=roll']))
    await eventually('every pod has moved', async () => Object.keys(await pods('app=old-cache')).length === 0)
    t.equal(await read('statefulset/old-memcached', '{.spec.updateStrategy.rollingUpdate.partition}'), '')
    await eventually(
      'it is said that all is done',
      async () =>
        (await read('mcrouter/old', '{.status.conditions[?(@.type=="Progressing")].reason}')) === 'Complete',
    )
  },
)

t.test('an adopted pod that goes away by itself comes back from the new template', async (t) => {
  await installation('half', { memcached_pool_size: 2 })
  await operator.reconciler.start()
  const partition = () => read('statefulset/half-memcached', '{.spec.updateStrategy.rollingUpdate.partition}')
  await eventually('the StatefulSet is the new one', async () => (await partition()) === '2')
  await succeed(kubectl(['wait', 'mcrouter/half', '--for=condition=Available', '--timeout=60s']))
  await succeed(kubectl(['delete', 'pod/half-memcached-1']))
  await eventually('one has moved', async () => Object.keys(await pods('app=half-cache')).length === 1)
  t.strictSame(Object.keys(await pods('app=half-cache')), ['half-memcached-0'])
  await eventually('only the other is still spared', async () => (await partition()) === '1')
})

t.test(
  'it comes back as of the adoption; what changed since follows when none above it is adopted',
  async (t) => {
    await installation('since', { memcached_pool_size: 2 })
    await operator.reconciler.start()
    await succeed(kubectl(['wait', 'mcrouter/since', '--for=condition=Available', '--timeout=60s']))
    await succeed(apply(mcrouter('since', { memcached_pool_size: 2, memcached_memory_mb: 128 })))
    const memory = (what: string, at: string) =>
      read(what, `{${at}.containers[?(@.name=="memcached")].args[3]}`)
    await eventually('the template is changed', async () => {
      return (await memory('statefulset/since-memcached', '.spec.template.spec')) === '128'
    })
    await succeed(kubectl(['delete', 'pod/since-memcached-0']))
    await eventually('one has moved', async () => Object.keys(await pods('app=since-cache')).length === 1)
    t.equal(await memory('pod/since-memcached-0', '.spec'), '256')
    await succeed(kubectl(['delete', 'pod/since-memcached-1']))
    await eventually('both have changed', async () => {
      return (
        (await memory('pod/since-memcached-0', '.spec')) +
          (await memory('pod/since-memcached-1', '.spec')) ===
        '128128'
      )
    })
  },
)

t.test('what is somebody else’s stays, and it is said what to do', async (t) => {
  const service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'taken' },
    spec: { ports: [{ port: 80 }], selector: { app: 'web' } },
  }
  await succeed(apply(service))
  const before = await read('service/taken', '{.metadata.resourceVersion}')
  await succeed(apply(mcrouter('taken')))
  const degraded = '{.status.conditions[?(@.type=="Degraded")].reason}'
  await eventually('it is said', async () => (await read('mcrouter/taken', degraded)) === 'NameConflict')
  t.match(
    await read('mcrouter/taken', '{.status.conditions[?(@.type=="Degraded")].message}'),
    'Service default/taken is in the way: it was not made for this Mcrouter, and stays as it is. Give the Mcrouter another name',
  )
  const status = (type: string) => read('mcrouter/taken', `{.status.conditions[?(@.type=="${type}")].status}`)
  t.equal(await status('Accepted'), 'True')
  t.equal(await status('Available'), 'False', 'the endpoint is not ours')
  t.equal(await status('Running'), 'False')
  t.equal(await read('service/taken', '{.metadata.resourceVersion}'), before, 'it was not touched')
})

t.test('routers on each node come in the place of the old ones', async (t) => {
  await installation('nodes', { memcached_pool_size: 2 })
  const onNodes = JSON.stringify({ spec: { router: { placement: 'Node' } } })
  await succeed(kubectl(['patch', 'mcrouter/nodes', '--type=merge', '-p', onNodes]))
  const old = async () => Object.keys(await pods('app=mcrouter')).filter((name) => name.startsWith('nodes-'))
  t.equal((await old()).length, 1)
  const servers = await pods('app=nodes-cache')
  await operator.reconciler.start()
  const available = () => read('daemonset/nodes --ignore-not-found', '{.status.numberAvailable}')
  await eventually('a new one serves', async () => (await available()) === '1')
  await eventually('the old one is gone', async () => (await old()).length === 0)
  t.equal((await kubectl(['get', 'deployment/nodes'])).code, 1)
  t.strictSame(await pods('app=nodes-cache'), servers)
  const { stdout: events } = await kubectl(['events', '--for=mcrouter/nodes'])
  t.match(events, /Adopting .*Deployment default\/nodes is being recreated as a DaemonSet/)
})

t.test(
  'servers of others come in the place of the old ones, which go with the last router that uses them',
  async (t) => {
    await installation('others', { memcached_pool_size: 2 })
    const spec = { memcached: { external: [{ host: '10.8.0.4', port: 11211 }] } }
    const patch = (annotations: JsonObject) => {
      const text = JSON.stringify({ metadata: { annotations }, spec })
      return kubectl(['patch', 'mcrouter/others', '--type=merge', '-p', text])
    }
    const [consent = ''] = (await patch({})).stderr.match(/main: [^"]*/) ?? []
    await succeed(patch({ 'mcrouter.example.com/consent': consent }))
    await operator.reconciler.start()
    const routers = () => read('deployment/others', '{.metadata.labels.app\\.kubernetes\\.io/name}')
    await eventually('the Deployment is the new one', async () => (await routers()) === 'mcrouter')
    for (const object of ['statefulset/others-memcached', 'service/others-memcached'])
      await eventually(`${object} is gone`, async () => (await kubectl(['get', object])).code === 1)
    await eventually('so are its pods', async () => Object.keys(await pods('app=others-cache')).length === 0)
    const condition = (type: string) =>
      read('mcrouter/others', `{.status.conditions[?(@.type=="${type}")].reason}`)
    await eventually('all is done', async () => (await condition('Progressing')) === 'Complete')
    const calls = (await cluster.controlPlane.audit()).filter(({ code }) => code < 300)
    const deleted = (resource: string, name: RegExp) =>
      calls.findIndex(
        ({ verb, object }) => verb === 'delete' && object.resource === resource && name.test(object.name),
      )
    const [old, servers] = [deleted('replicasets', /^others-/), deleted('statefulsets', /^others-memcached$/)]
    t.ok(old >= 0 && old < servers, 'the old routers went first')
  },
)
