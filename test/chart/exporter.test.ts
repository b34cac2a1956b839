import t from 'tap'
import { parseFlags } from '../../exporter/flags.ts'
import { startControlPlane } from '../../testing/control-plane/index.ts'
import { at, atPath } from '../support/at.ts'
import { type Manifest, ofKind, render, template } from './chart.ts'
import { Release } from './cluster.ts'

const ON = ['--set=exporter.enabled=true,podMonitor.enabled=true']
const NAME = 'op-mcrouter-operator-exporter'

function named(manifests: readonly Manifest[], kind: string): Manifest | undefined {
  return ofKind(manifests, kind).find(({ metadata }) => metadata.name === NAME)
}

t.test('nothing of it is there unless it is asked for', async (t) => {
  t.notMatch(JSON.stringify(await render()), 'exporter')
})

t.test('two pods that have a token, may be drained one by one, and open one port', async (t) => {
  const manifests = await render(...ON)
  const labels = { 'app.kubernetes.io/component': 'exporter', 'app.kubernetes.io/instance': 'op' }
  const deployment = named(manifests, 'Deployment')
  t.match(deployment, {
    spec: {
      replicas: 2,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          serviceAccountName: NAME,
          automountServiceAccountToken: true,
          securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
          containers: [
            {
              ports: [{ name: 'http', containerPort: 8080 }],
              readinessProbe: { httpGet: { path: '/readyz' } },
              securityContext: { readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
            },
          ],
        },
      },
    },
  })
  const policy = {
    podSelector: { matchLabels: labels },
    policyTypes: ['Ingress'],
    ingress: [{ ports: [{ port: 'http' }] }],
  }
  t.match(named(manifests, 'NetworkPolicy'), { spec: policy })
  t.match(named(manifests, 'PodDisruptionBudget'), {
    spec: { maxUnavailable: 1, selector: { matchLabels: labels } },
  })
  t.match(named(manifests, 'Service'), {
    spec: { selector: labels, ports: [{ port: 8080, targetPort: 'http' }] },
  })
})

t.test('its command line is one that it understands', async (t) => {
  const manifests = await render(...ON, '--set=watchNamespaces={red,blue},exporter.logLevel=debug')
  const args = atPath(named(manifests, 'Deployment'), 'spec.template.spec.containers.0.args')
  const [command, ...flags] = Array.isArray(args) ? args.map(String) : []
  t.equal(command, 'exporter')
  t.match(parseFlags(flags), { watchNamespaces: ['red', 'blue'], port: 8080, logLevel: 'debug' })
})

t.test('it has its rights where Mcrouters are served, and no others', async (t) => {
  const boundTo = (manifests: readonly Manifest[], kind: string) =>
    ofKind(manifests, kind).filter(({ subjects }) => JSON.stringify(subjects).includes(`"${NAME}"`))
  const everywhere = await render(...ON)
  t.equal(boundTo(everywhere, 'ClusterRoleBinding').length, 1)
  t.equal(boundTo(everywhere, 'RoleBinding').length, 0)
  const some = await render(...ON, '--set=watchNamespaces={red,blue}')
  t.equal(boundTo(some, 'ClusterRoleBinding').length, 0)
  t.strictSame(
    boundTo(some, 'RoleBinding').map(({ metadata }) => metadata.namespace),
    ['red', 'blue'],
  )
})

t.test('Prometheus asks it for each pod, by the address that it finds', async (t) => {
  const monitor = named(await render(...ON), 'PodMonitor')
  const ports = ['mcrouter', 'mcrouter-tls', 'memcached', 'memcached-tls']
  t.equal(at(monitor, 'spec', 'podMetricsEndpoints', 'length'), ports.length)
  t.match(monitor, {
    metadata: { namespace: 'system' },
    spec: {
      namespaceSelector: { any: true },
      selector: { matchLabels: { 'app.kubernetes.io/managed-by': 'mcrouter-operator' } },
      podMetricsEndpoints: ports.map((port) => ({
        port,
        path: '/probe',
        params: { module: [port.replace('-tls', '')] },
        honorLabels: true,
        interval: '30s',
        relabelings: [
          { sourceLabels: ['__address__'], targetLabel: '__param_target' },
          { targetLabel: 'instance' },
          { targetLabel: '__address__', replacement: `${NAME}.system.svc:8080` },
        ],
      })),
    },
  })
  t.notOk(at(monitor, 'spec', 'podMetricsEndpoints', 0, 'scrapeTimeout'))
  const values =
    'watchNamespaces={red},podMonitor.namespace=monitoring,podMonitor.interval=15s,podMonitor.scrapeTimeout=9s'
  const lists = [
    '--set-json=podMonitor.relabelings=[{"targetLabel":"team","replacement":"cache"}]',
    '--set-json=podMonitor.metricRelabelings=[{"action":"drop","regex":"memcached_slab_.*","sourceLabels":["__name__"]}]',
    '--set-json=podMonitor.labels={"release":"prometheus"}',
  ]
  const endpoint = { interval: '15s', scrapeTimeout: '9s', metricRelabelings: [{ action: 'drop' }] }
  t.match(named(await render(...ON, `--set=${values}`, ...lists), 'PodMonitor'), {
    metadata: { namespace: 'monitoring', labels: { release: 'prometheus' } },
    spec: {
      namespaceSelector: { matchNames: ['red'] },
      podMetricsEndpoints: ports.map(() => ({
        ...endpoint,
        relabelings: [{}, {}, {}, { targetLabel: 'team' }],
      })),
    },
  })
})

t.test('its own metrics are scraped with those of the other processes', async (t) => {
  const monitors = ofKind(await render(...ON, '--set=serviceMonitor.enabled=true'), 'ServiceMonitor')
  const own = monitors.find(({ metadata }) => metadata.name === NAME)
  t.match(own, {
    spec: {
      selector: { matchLabels: { 'app.kubernetes.io/component': 'exporter' } },
      endpoints: [{ port: 'http', path: '/metrics' }],
    },
  })
})

t.test('values that cannot work are refused', async (t) => {
  const refused = [
    [['--set=podMonitor.enabled=true'], /set exporter.enabled to true as well/],
    [[...ON, '--set=podMonitor.scrapeTimeout=4s'], /scrapeTimeout/],
    [[...ON, '--set=podMonitor.scrapeTimeout=900ms'], /scrapeTimeout/],
    [[...ON, '--set=exporter.replicas=0'], /replicas/],
    [[...ON, '--set=exporter.port=1'], /port/],
  ] as const
  for (const [values, says] of refused) {
    const { code, stderr } = await template(4, ...values)
    t.equal(code, 1, values.join(' '))
    t.match(stderr, says)
  }
})

t.test('without the Prometheus operator there is no PodMonitor', async (t) => {
  const plane = await startControlPlane()
  t.teardown(() => plane.stop())
  const installed = await new Release(plane, 4).install(...ON)
  t.match(installed, {
    code: 1,
    stderr: /podMonitor.enabled needs the Prometheus operator.*install it first/,
  })
})
