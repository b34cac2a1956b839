import t from 'tap'
import { render } from '../../render/index.ts'
import type { Manifest } from '../../render/rendering.ts'
import { MAIN_POOL, type Mcrouter } from '../../schemas/mcrouter.ts'
import { mcrouterWith } from '../../testing/mcrouter.ts'
import { at } from '../support/at.ts'
import { manifestsOf, objectOf, SETTINGS, specOf } from './rendered.ts'

t.test('the objects of a Mcrouter have the names of the Ansible operator', async (t) => {
  const names = render(mcrouterWith(), SETTINGS).manifests.map(
    ({ kind, metadata }) => `${kind} ${metadata.name}`,
  )
  t.same(names.toSorted(), [
    'ConfigMap cache-config',
    'Deployment cache',
    'PodDisruptionBudget cache',
    'PodDisruptionBudget cache-memcached',
    'Service cache',
    'Service cache-memcached',
    'StatefulSet cache-memcached',
  ])
})

t.test('memcached_port reaches memcached, its Service and its probes', async (t) => {
  const mcrouter = mcrouterWith({ memcached: { port: 21211 } })
  const container = at(
    specOf(mcrouter, 'StatefulSet', 'cache-memcached'),
    'template',
    'spec',
    'containers',
    0,
  )
  t.same(at(container, 'args'), ['-p', '21211', '-m', '256', '-I', '32m', '-c', '1024'])
  t.same(at(container, 'ports'), [{ name: 'memcached', containerPort: 21211, protocol: 'TCP' }])
  t.equal(at(container, 'readinessProbe', 'tcpSocket', 'port'), 'memcached')
  t.match(at(specOf(mcrouter, 'Service', 'cache-memcached'), 'ports'), [
    { port: 21211, targetPort: 'memcached' },
  ])
  t.match(render(mcrouter, SETTINGS).config, 'cluster.local:21211')
})

t.test('mcrouter_port reaches the router, its Service and its probes', async (t) => {
  const mcrouter = mcrouterWith({ routers: { port: 6000 } })
  const container = at(specOf(mcrouter, 'Deployment', 'cache'), 'template', 'spec', 'containers', 0)
  t.match(at(container, 'args', 1), '--port=6000')
  t.same(at(container, 'ports'), [{ name: 'mcrouter', containerPort: 6000, protocol: 'TCP' }])
  t.equal(at(container, 'readinessProbe', 'tcpSocket', 'port'), 'mcrouter')
  t.match(at(specOf(mcrouter, 'Service', 'cache'), 'ports'), [{ port: 6000, targetPort: 'mcrouter' }])
})

t.test('servers have DNS names of their own, also while they are not ready', async (t) => {
  const service = specOf(mcrouterWith(), 'Service', 'cache-memcached')
  t.equal(at(service, 'clusterIP'), 'None')
  t.equal(at(service, 'publishNotReadyAddresses'), true)
  t.equal(at(specOf(mcrouterWith(), 'StatefulSet', 'cache-memcached'), 'serviceName'), 'cache-memcached')
})

t.test(
  'the configuration is mounted as a directory, which reloads, and never as a file, which does not',
  async (t) => {
    const pod = at(specOf(mcrouterWith(), 'Deployment', 'cache'), 'template', 'spec')
    t.same(at(pod, 'containers', 0, 'volumeMounts'), [
      { name: 'config', mountPath: '/etc/mcrouter', readOnly: true },
    ])
    t.same(at(pod, 'volumes'), [{ name: 'config', configMap: { name: 'cache-config' } }])
    t.match(at(pod, 'containers', 0, 'args', 0), '--config-file=/etc/mcrouter/config.json')
    t.equal(
      at(objectOf(mcrouterWith(), 'ConfigMap', 'cache-config'), 'data', 'config.json'),
      render(mcrouterWith(), SETTINGS).config,
    )
  },
)

t.test(
  'a change of the pool changes the ConfigMap and the number of servers, and no pod template',
  async (t) => {
    const changed = differing(mcrouterWith(), mcrouterWith({ memcached: { servers: 3 } }))
    t.same(changed, ['ConfigMap cache-config', 'StatefulSet cache-memcached'])
    const template = (servers: number) =>
      at(specOf(mcrouterWith({ memcached: { servers } }), 'StatefulSet', 'cache-memcached'), 'template')
    t.same(template(2), template(3))
  },
)

t.test('a step of a scale differs in replicas and server list only', async (t) => {
  const mcrouter = mcrouterWith({ memcached: { servers: 4 } })
  const step = render(mcrouter, { ...SETTINGS, steps: new Map([[MAIN_POOL, { servers: 4, routed: 2 }]]) })
  t.equal(step.config, render(mcrouterWith({ memcached: { servers: 2 } }), SETTINGS).config)
  const statefulSet = step.manifests.find(({ kind }) => kind === 'StatefulSet')
  t.equal(at(statefulSet, 'spec', 'replicas'), 4)
})

t.test('a selector takes the pods of its own tier, and of no other nor of another Mcrouter', async (t) => {
  const pods = ['a', 'b'].flatMap((name) => manifestsOf(mcrouterWith({ name })).flatMap(templateLabels))
  t.equal(pods.length, 4)
  for (const manifest of ['a', 'b'].flatMap((name) => manifestsOf(mcrouterWith({ name })))) {
    for (const selector of selectorsIn(manifest)) {
      const taken = pods.filter((labels) =>
        Object.entries(selector).every(([key, value]) => labels[key] === value),
      )
      t.strictSame(taken, [manifest.metadata.labels], `${manifest.kind} ${manifest.metadata.name}`)
    }
  }
})

t.test('every workload is spread, guarded against drains, and rolled one pod at a time', async (t) => {
  const routers = specOf(mcrouterWith(), 'Deployment', 'cache')
  t.same(at(routers, 'strategy'), {
    type: 'RollingUpdate',
    rollingUpdate: { maxUnavailable: 0, maxSurge: 1 },
  })
  const servers = specOf(mcrouterWith(), 'StatefulSet', 'cache-memcached')
  t.equal(at(servers, 'updateStrategy', 'type'), 'RollingUpdate')
  t.equal(at(servers, 'minReadySeconds'), 10)
  for (const workload of [routers, servers]) {
    const constraints = at(workload, 'template', 'spec', 'topologySpreadConstraints')
    t.match(constraints, [
      { topologyKey: 'kubernetes.io/hostname' },
      { topologyKey: 'topology.kubernetes.io/zone' },
    ])
    t.match(constraints, [{ whenUnsatisfiable: 'ScheduleAnyway' }, { whenUnsatisfiable: 'ScheduleAnyway' }])
  }
  for (const name of ['cache', 'cache-memcached']) {
    t.equal(at(specOf(mcrouterWith(), 'PodDisruptionBudget', name), 'maxUnavailable'), 1)
  }
})

function differing(one: Mcrouter, other: Mcrouter): string[] {
  const others = render(other, SETTINGS).manifests.map((manifest) => JSON.stringify(manifest))
  return render(one, SETTINGS)
    .manifests.filter((manifest) => !others.includes(JSON.stringify(manifest)))
    .map(({ kind, metadata }) => `${kind} ${metadata.name}`)
}

function templateLabels(manifest: Manifest): Record<string, unknown>[] {
  return record(at(manifest, 'spec', 'template', 'metadata', 'labels'))
}

/** Of a Service, a workload, its spread constraints or a disruption budget. */
function selectorsIn(manifest: Manifest): Record<string, unknown>[] {
  const spread = ['spec', 'template', 'spec', 'topologySpreadConstraints']
  return [
    ...record(at(manifest, 'spec', 'selector', 'matchLabels') ?? at(manifest, 'spec', 'selector')),
    ...[0, 1].flatMap((index) => record(at(manifest, ...spread, index, 'labelSelector', 'matchLabels'))),
  ]
}

function record(value: unknown): Record<string, unknown>[] {
  return typeof value === 'object' && value !== null ? [Object.fromEntries(Object.entries(value))] : []
}

t.test('routers on each node', async (t) => {
  const mcrouter = mcrouterWith({ routers: { placement: 'Node' } })
  const of = (component: string) =>
    manifestsOf(mcrouter)
      .filter(({ metadata }) => metadata.labels['app.kubernetes.io/component'] === component)
      .map(({ kind }) => kind)
  // No budget: kubernetes pkg/controller/disruption knows no DaemonSet, and one with maxUnavailable allows no eviction then.
  t.same(of('mcrouter').toSorted(), ['ConfigMap', 'DaemonSet', 'Service'])
  t.match(specOf(mcrouter, 'DaemonSet', 'cache'), {
    updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: '10%' } },
    minReadySeconds: 5,
  })
  const [daemonSet, deployment] = [
    specOf(mcrouter, 'DaemonSet', 'cache'),
    specOf(mcrouterWith(), 'Deployment', 'cache'),
  ].map((spec) => Object(spec))
  t.same(daemonSet.selector, deployment.selector)
  const { topologySpreadConstraints, ...pod } = deployment.template.spec
  t.equal(topologySpreadConstraints.length, 2)
  t.same(daemonSet.template, { ...deployment.template, spec: pod }, 'the same pods, which need no spreading')
  t.notMatch(JSON.stringify(daemonSet), /hostPort|hostNetwork/)
})

t.test('their Service prefers that of the node, and takes others where it has none', async (t) => {
  const service = specOf(mcrouterWith({ routers: { placement: 'Node' } }), 'Service', 'cache')
  t.match(service, { type: 'ClusterIP', trafficDistribution: 'PreferSameNode' })
  t.equal(at(service, 'internalTrafficPolicy'), undefined)
  t.equal(at(specOf(mcrouterWith(), 'Service', 'cache'), 'trafficDistribution'), undefined)
})
