import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { load } from 'js-yaml'
import t from 'tap'
import { atPath } from '../support/at.ts'
import { CHART, type Manifest, namesOf, ofKind, render } from './chart.ts'

t.test('two servers and two reconcilers, spread, with disruption budgets', async (t) => {
  const manifests = await render()
  const deployments = ofKind(manifests, 'Deployment')
  t.strictSame(namesOf(deployments).sort(), [
    'Deployment/op-mcrouter-operator-reconciler',
    'Deployment/op-mcrouter-operator-server',
  ])
  for (const deployment of deployments) {
    const pod = atPath(deployment, 'spec.template.spec')
    t.equal(atPath(deployment, 'spec.replicas'), 2)
    t.strictSame(
      [0, 1].map((index) => atPath(pod, `topologySpreadConstraints.${index}.topologyKey`)),
      ['kubernetes.io/hostname', 'topology.kubernetes.io/zone'],
    )
    t.equal(atPath(pod, 'containers.0.securityContext.readOnlyRootFilesystem'), true)
    for (const [probe, path] of Object.entries({
      startupProbe: '/healthz',
      readinessProbe: '/readyz',
      livenessProbe: '/healthz',
    })) {
      t.equal(atPath(pod, `containers.0.${probe}.httpGet.path`), path, probe)
    }
    t.match(atPath(pod, 'containers.0.resources'), {
      requests: { memory: String },
      limits: { memory: String },
    })
    const budget = ofKind(manifests, 'PodDisruptionBudget').find(
      ({ metadata }) => metadata.name === deployment.metadata.name,
    )
    t.strictSame(atPath(budget, 'spec.selector'), atPath(deployment, 'spec.selector'))
  }
})

t.test('only the reconciler has a token', async (t) => {
  const manifests = await render()
  const token = Object.fromEntries(
    ofKind(manifests, 'Deployment').map((deployment) => [
      deployment.metadata.name,
      atPath(deployment, 'spec.template.spec.automountServiceAccountToken'),
    ]),
  )
  t.strictSame(token, { 'op-mcrouter-operator-reconciler': true, 'op-mcrouter-operator-server': false })
  const bound = ['RoleBinding', 'ClusterRoleBinding']
    .flatMap((kind) => ofKind(manifests, kind))
    .map((binding) => atPath(binding, 'subjects.0.name'))
  t.strictSame(new Set(bound), new Set(['op-mcrouter-operator-reconciler']))
})

t.test('no Secret is mounted into pods of Mcrouters unless certificates are to be', async (t) => {
  const mounted = async (...values: string[]) => {
    const policies = ofKind(await render(...values), 'ValidatingAdmissionPolicy')
    const workloads = policies.find(({ metadata }) => metadata.name.endsWith('.workloads'))
    return JSON.stringify(workloads?.spec)
  }
  const byDefault = await mounted()
  t.match(byDefault, /has\(volume\.configMap\)/)
  t.notMatch(byDefault, /volume\.\?secret/)
  t.match(await mounted('--set=rbac.mountCertificates=true'), /volume\.\?secret/)
})

t.test('where owners are enforced, an adoption has the right that this asks for', async (t) => {
  const deletesPods = async (...flags: string[]) =>
    JSON.stringify(ofKind(await render(...flags), 'ClusterRole')).includes(
      '{"apiGroups":[""],"resources":["pods"],"verbs":["delete"]}',
    )
  t.equal(await deletesPods(), false)
  t.equal(await deletesPods('--set=rbac.ownerReferencesPermissionEnforcement=true'), true)
  t.equal(await deletesPods('--api-versions=security.openshift.io/v1'), true, 'OpenShift')
})

t.test('the API is kept when the release is uninstalled', async (t) => {
  const [crd] = ofKind(await render(), 'CustomResourceDefinition')
  t.match(atPath(crd, 'metadata.annotations'), { 'helm.sh/resource-policy': 'keep' })
  t.strictSame(ofKind(await render('--set=crd.enabled=false'), 'CustomResourceDefinition'), [])
})

t.test('the webhooks see Mcrouters alone, and leave out only what is being deleted', async (t) => {
  const manifests = await render()
  const webhooks = ['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration'].map((kind) =>
    atPath(ofKind(manifests, kind)[0], 'webhooks.0'),
  )
  for (const webhook of webhooks) {
    t.match(webhook, {
      failurePolicy: 'Fail',
      timeoutSeconds: 5,
      sideEffects: 'None',
      matchPolicy: 'Equivalent',
      matchConditions: [{ expression: '!has(object.metadata.deletionTimestamp)' }],
      rules: [{ apiGroups: ['mcrouter.example.com'], operations: ['CREATE', 'UPDATE'] }],
    })
    t.equal(atPath(webhook, 'matchConditions.1'), undefined)
    t.equal(atPath(webhook, 'rules.1'), undefined)
    t.equal(atPath(webhook, 'namespaceSelector'), undefined)
    t.equal(
      atPath(webhook, 'clientConfig.caBundle'),
      undefined,
      'an upgrade would wipe the one that is registered',
    )
  }
  t.strictSame(
    webhooks.map((webhook) => atPath(webhook, 'rules.0.resources')),
    [
      ['mcrouters', 'mcrouters/scale'],
      ['mcrouters', 'mcrouters/scale'],
    ],
  )
})

t.test('of deletions, the webhook sees those of protected Mcrouters alone', async (t) => {
  const [configuration] = ofKind(await render(), 'ValidatingWebhookConfiguration')
  t.match(atPath(configuration, 'webhooks.1'), {
    name: 'protect.op-mcrouter-operator.system.mcrouter.example.com',
    clientConfig: { service: { path: '/validate' } },
    failurePolicy: 'Fail',
    rules: [{ operations: ['DELETE'], resources: ['mcrouters'] }],
    matchConditions: [
      { name: 'protected', expression: /'mcrouter\.example\.com\/protect'/ },
      { name: 'not-being-deleted' },
      { name: 'not-with-its-namespace' },
    ],
  })
})

t.test(
  'limited to namespaces: a Role in each, and a ClusterRole for its own webhooks and the definition',
  async (t) => {
    const manifests = await render('--set=watchNamespaces={red,blue}', '--set=rbac.aggregate=false')
    t.strictSame(namesOf(ofKind(manifests, 'ClusterRole')), [
      'ClusterRole/op-mcrouter-operator.system.webhooks',
    ])
    t.strictSame(atPath(ofKind(manifests, 'ClusterRole')[0], 'rules'), [
      {
        apiGroups: ['admissionregistration.k8s.io'],
        resources: ['mutatingwebhookconfigurations', 'validatingwebhookconfigurations'],
        resourceNames: ['op-mcrouter-operator.system'],
        verbs: ['get', 'list', 'watch', 'patch'],
      },
      {
        apiGroups: ['apiextensions.k8s.io'],
        resources: ['customresourcedefinitions'],
        resourceNames: ['mcrouters.mcrouter.example.com'],
        verbs: ['get', 'list', 'watch', 'patch'],
      },
    ])
    t.strictSame(namesOf(ofKind(manifests, 'Role')).sort(), [
      'Role/op-mcrouter-operator-reconciler',
      'blue/Role/op-mcrouter-operator.system',
      'red/Role/op-mcrouter-operator.system',
    ])
    for (const kind of ['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration']) {
      t.strictSame(atPath(ofKind(manifests, kind)[0], 'webhooks.0.namespaceSelector.matchExpressions.0'), {
        key: 'kubernetes.io/metadata.name',
        operator: 'In',
        values: ['red', 'blue'],
      })
    }
    const reconciler = ofKind(manifests, 'Deployment').find(({ metadata }) =>
      metadata.name.endsWith('reconciler'),
    )
    t.match(atPath(reconciler, 'spec.template.spec.containers.0.args'), /--watch-namespaces=red,blue/)
  },
)

t.test('cert-manager: its certificate, its injector, and no right to any Secret or webhook', async (t) => {
  const manifests = await render('--set=certificates.mode=cert-manager')
  t.strictSame(namesOf(ofKind(manifests, 'Certificate')).sort(), [
    'Certificate/op-mcrouter-operator-ca',
    'Certificate/op-mcrouter-operator-serving-cert',
  ])
  t.strictSame(ofKind(manifests, 'Secret'), [])
  for (const kind of ['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration']) {
    t.match(atPath(ofKind(manifests, kind)[0], 'metadata.annotations'), {
      'cert-manager.io/inject-ca-from': 'system/op-mcrouter-operator-serving-cert',
    })
  }
  t.notMatch(namesOf(manifests).join('\n'), /webhooks$/m)
  t.notMatch(JSON.stringify(ofKind(manifests, 'Role')), /secrets/)

  const mine = await render(
    '--set=certificates.mode=cert-manager',
    '--set=certificates.certManager.issuerRef.name=corporate,certificates.certManager.issuerRef.kind=ClusterIssuer',
  )
  t.strictSame(ofKind(mine, 'Issuer'), [])
  t.match(atPath(ofKind(mine, 'Certificate')[0], 'spec.issuerRef'), {
    name: 'corporate',
    kind: 'ClusterIssuer',
  })
})

t.test('only the ports in use can be reached', async (t) => {
  const manifests = await render()
  for (const [component, port] of [
    ['server', 'https'],
    ['reconciler', 'http'],
  ] as const) {
    const policy = ofKind(manifests, 'NetworkPolicy').find(
      ({ metadata }) => metadata.name === `op-mcrouter-operator-${component}`,
    )
    t.strictSame(atPath(policy, 'spec.policyTypes'), ['Ingress'])
    t.strictSame(atPath(policy, 'spec.ingress'), [{ ports: [{ port, protocol: 'TCP' }] }])
    const deployment = ofKind(manifests, 'Deployment').find(
      ({ metadata }) => metadata.name === `op-mcrouter-operator-${component}`,
    )
    t.match(
      atPath(deployment, 'spec.template.metadata.labels'),
      atPath(policy, 'spec.podSelector.matchLabels'),
    )
    t.match(atPath(deployment, 'spec.template.spec.containers.0.ports'), [{ name: port }])
  }
  t.strictSame(ofKind(await render('--set=networkPolicy.enabled=false'), 'NetworkPolicy'), [])
})

t.test('a digest wins over a tag, and the tag over the version of the chart', async (t) => {
  const image = async (...values: string[]) =>
    atPath(ofKind(await render(...values), 'Deployment')[0], 'spec.template.spec.containers.0.image')
  const repository = '--set=image.repository=example.com/operator'
  const digest = `sha256:${'a'.repeat(64)}`
  t.equal(await image(repository), 'example.com/operator:0.1.0')
  t.equal(await image(repository, '--set=image.tag=v2'), 'example.com/operator:v2')
  t.equal(
    await image(repository, '--set=image.tag=v2', `--set=image.digest=${digest}`),
    `example.com/operator@${digest}`,
  )
})

t.test('a ServiceMonitor finds the metrics of each part, by a Service with that port', async (t) => {
  t.strictSame(ofKind(await render(), 'ServiceMonitor'), [], 'only by choice')
  const manifests = await render('--set=serviceMonitor.enabled=true,serviceMonitor.labels.team=red')
  const monitors = ofKind(manifests, 'ServiceMonitor')
  t.equal(monitors.length, 2)
  for (const monitor of monitors) {
    const found = ofKind(manifests, 'Service').filter((service) =>
      matches(atPath(service, 'metadata.labels'), atPath(monitor, 'spec.selector.matchLabels')),
    )
    t.strictSame(namesOf(found), [`Service/${monitor.metadata.name}`])
    t.equal(atPath(monitor, 'spec.endpoints.0.port'), atPath(found[0], 'spec.ports.0.name'))
    t.match(atPath(monitor, 'metadata.labels'), { team: 'red' })
    t.equal(atPath(monitor, 'spec.endpoints.0.honorLabels'), true, "a series has its Mcrouter's namespace")
  }
})

t.test('a PrometheusRule has the alerts of the file that promtool reads', async (t) => {
  t.strictSame(ofKind(await render(), 'PrometheusRule'), [], 'only by choice')
  const values = [
    'prometheusRule.enabled=true',
    'prometheusRule.labels.team=red',
    'prometheusRule.namespace=watch',
  ]
  const [rule, ...more] = ofKind(await render(`--set=${values.join()}`), 'PrometheusRule')
  t.strictSame(more, [])
  t.match(rule?.metadata, { namespace: 'watch', labels: { team: 'red' } })
  t.strictSame(rule?.spec, load(await readFile(join(CHART, 'files/alerts.yaml'), 'utf8')))
})

t.test("a ConfigMap has the dashboard and the label by which Grafana's sidecar finds it", async (t) => {
  const dashboards = (manifests: readonly Manifest[]) =>
    ofKind(manifests, 'ConfigMap').filter(({ metadata }) => metadata.name.endsWith('-dashboard'))
  t.strictSame(dashboards(await render()), [], 'only by choice')
  const values = ['dashboard.enabled=true', 'dashboard.annotations.grafana_folder=Caches']
  const [map] = dashboards(await render(`--set=${values.join()}`))
  t.match(map?.metadata, { labels: { grafana_dashboard: '1' }, annotations: { grafana_folder: 'Caches' } })
  const json = await readFile(join(CHART, 'files/dashboard.json'), 'utf8')
  t.strictSame(map?.data, { 'mcrouter.json': json })
})

/** Whether every label that is asked for is there. */
function matches(labels: unknown, wanted: unknown): boolean {
  const asked = typeof wanted === 'object' && wanted !== null ? Object.entries(wanted) : []
  return asked.length > 0 && asked.every(([label, value]) => Reflect.get(Object(labels), label) === value)
}
